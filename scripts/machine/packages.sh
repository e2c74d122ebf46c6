# shellcheck shell=bash
# Debian's and Ubuntu's packages that the tests need. Sourced by scripts/prepare-tests.

# One line for each: the program, and the package that brings it.
packages_for_tests() {
  cat <<'LIST'
dockerd docker.io
docker docker.io
iptables iptables
redis-server redis-server
pg_ctlcluster postgresql
curl curl
LIST
  # Only Debian: Ubuntu's chromium is a snap, which needs a service manager and a home it likes.
  if [ "$(distribution)" = debian ]; then
    echo "chromium chromium"
    echo "debootstrap debootstrap"
  fi
}

distribution() { (. /etc/os-release && echo "$ID"); }

missing_packages() {
  local program package
  packages_for_tests | while read -r program package; do
    have "$program" || [ -x "/usr/sbin/$program" ] || echo "$package"
  done | sort -u
}

# What a package would start at once (Redis, PostgreSQL) the tests start themselves, on ports of their own.
install_packages() {
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    # shellcheck disable=SC2064
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  apt-get -q update
  DEBIAN_FRONTEND=noninteractive apt-get -qy -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
}

# The Debian mirror this machine uses itself; nothing where it uses none.
debian_mirror() {
  # $(...) is apt's own notation here.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' 2>/dev/null |
    awk -v release="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" '$2 == release { print $1; exit }'
}

# apt as a machine with Debian 13 alone would see it; the system's own sources and lists stay as they are.
apt_of_trixie() {
  local command=$1 folder="$CACHE/apt-trixie" keys=/usr/share/keyrings/debian-archive-keyring.gpg
  shift
  mkdir -p "$folder/lists/partial" "$folder/archives/partial"
  printf 'deb [signed-by=%s] %s trixie main\n' "$keys" "$(debian_mirror)" >"$folder/sources.list"
  "$command" -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder" -o APT::Sandbox::User=root "$@"
}
