# shellcheck shell=bash
# The Docker Engine and its plugins. Sourced by scripts/prepare-tests.

engine_answers() { docker info >/dev/null 2>&1; }
compose_there() { docker compose version >/dev/null 2>&1; }
buildx_there() { docker buildx version >/dev/null 2>&1; }

missing_plugins() {
  buildx_there || echo buildx
  compose_there || echo compose
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  else
    # A machine that was stopped in the middle leaves a file that names some other process by now.
    local pid_file=/var/run/docker.pid
    if [ -e "$pid_file" ] && [ "$(cat "/proc/$(cat "$pid_file")/comm" 2>/dev/null)" != dockerd ]; then
      rm -f "$pid_file"
    fi
    # Detached, with none of our descriptors: whoever waits for our output must not wait for the daemon.
    PATH="$PATH:/usr/sbin:/sbin" setsid dockerd >"$LOGS/dockerd.log" 2>&1 </dev/null &
  fi
  local patience=$((SECONDS + 60))
  until engine_answers; do
    if [ "$SECONDS" -gt "$patience" ]; then
      echo "dockerd did not answer within 60 s:"
      tail -n 20 "$LOGS/dockerd.log"
      return 1
    fi
    sleep 0.5
  done
  outcome "started, Docker $(docker version --format '{{.Server.Version}}')"
}

# install_plugins compose buildx: from the distribution, else Debian 13's packages unpacked for this user alone.
install_plugins() {
  local plugin package found=()
  apt-get -q update
  for plugin in "$@"; do
    package=$(package_of_plugin "$plugin")
    if [ -n "$package" ]; then
      DEBIAN_FRONTEND=noninteractive apt-get -qy -o Dpkg::Use-Pty=0 install --no-install-recommends "$package"
      found+=("the distribution's $package")
    else
      plugin_of_trixie "$plugin"
      found+=("Debian 13's docker-$plugin")
    fi
  done
  outcome "$(printf '%s, ' "${found[@]}")ready"
}

# Debian 12 has a docker-compose too, but it is version 1, another program.
package_of_plugin() {
  local package
  for package in "docker-$1-v2" "docker-$1" "docker-$1-plugin"; do
    if apt-cache policy "$package" | grep -Eq 'Candidate: ([2-9]|0\.[1-9])'; then
      echo "$package"
      return
    fi
  done
}

plugin_of_trixie() {
  local folder plugins="${DOCKER_CONFIG:-${HOME:-/root}/.docker}/cli-plugins"
  [ "$(distribution)" = debian ] || { echo "install Docker's $1 plugin by hand"; return 1; }
  folder=$(mktemp -d)
  mkdir -p "$plugins"
  if [ -z "${lists_are_fresh:-}" ]; then
    apt_of_trixie apt-get -q update
    lists_are_fresh=yes
  fi
  (cd "$folder" && apt_of_trixie apt-get -q download "docker-$1" && dpkg -x ./*.deb .)
  install -m 755 "$folder/usr/libexec/docker/cli-plugins/docker-$1" "$plugins/"
  rm -rf "$folder"
  docker "$1" version
}
