# shellcheck shell=bash
# What the scripts in this folder share: where they are, how they report, how they fail. To be sourced.
#
# Every step prints one line with its time; its output goes to a log, and the log's end is shown when it fails.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE="$ROOT/.cache"
LOGS="$CACHE/logs"
cd "$ROOT"

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

in_ci() { [ "${CI:-}" = true ] || [ "${CI:-}" = 1 ]; }
as_root() { [ "$(id -u)" -eq 0 ]; }
have() { command -v "$1" >/dev/null 2>&1; }

# Debian or Ubuntu, as root: the machines on which these scripts install what is missing.
can_install() { as_root && have apt-get; }

# Called inside a step: the words that stand behind its title in place of "done".
outcome() { printf '%s' "$*" >"$STEP_OUTCOME"; }

# step TITLE COMMAND...: run the command and print one line. Returns the command's status.
step() {
  local title=$1 log status=0 began ended
  shift
  mkdir -p "$LOGS"
  log="$LOGS/$(printf '%s' "$title" | tr -cs '[:alnum:]' '-').log"
  STEP_OUTCOME="$log.outcome"
  : >"$STEP_OUTCOME"
  if [ -t 1 ]; then printf '  %s ...\r' "$title"; fi
  began=$EPOCHREALTIME
  # A subshell of its own, not an `if`: inside a condition bash would ignore `set -e`.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  ended=$EPOCHREALTIME
  local outcome
  outcome=$(cat "$STEP_OUTCOME")
  rm -f "$STEP_OUTCOME"
  if [ "$status" -eq 0 ]; then
    printf '  %s: %s (%s s)\n' "$title" "${outcome:-done}" "$(seconds_between "$began" "$ended")"
  else
    printf '  %s: FAILED after %s s; the end of %s:\n' "$title" "$(seconds_between "$began" "$ended")" "${log#"$ROOT"/}"
    tail -n 25 "$log" | sed 's/^/    | /'
  fi
  return "$status"
}

# Two values of $EPOCHREALTIME (whose decimal mark depends on the locale) -> seconds with one decimal.
seconds_between() {
  local tenths=$(((${2/[.,]/} - ${1/[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}
