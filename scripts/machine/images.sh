# shellcheck shell=bash
# Container images: the public ones our files name, and our own. Sourced by scripts/prepare-tests.
#
# Where no registry can be reached the public ones are made here, from Debian's packages, under the same
# names. Only this file knows of such stand-ins; an image that is there already is left alone.

BASE_IMAGE=debian:trixie-slim

image_there() { docker image inspect "$1" >/dev/null 2>&1; }

# provide_image NAME COMMAND...: pull it, else make it.
provide_image() {
  local image=$1
  shift
  if timeout 300 docker pull "$image"; then
    outcome pulled
    return
  fi
  echo "No registry: making a stand-in."
  "$@"
  outcome "made from Debian's packages, as no registry answers"
}

make_base_image() {
  local mirror folder
  mirror=$(debian_mirror)
  if ! as_root || ! have debootstrap || [ "$(distribution)" != debian ]; then
    echo "Making $BASE_IMAGE without a registry takes Debian, root and debootstrap."
    return 1
  fi
  folder=$(mktemp -d)
  # debootstrap mounts /proc and /sys in there, and leaves them when it fails. In a namespace of its own they
  # end with it; whatever happens, nothing is removed beyond this file system.
  # shellcheck disable=SC2064
  trap "rm -rf --one-file-system '$folder'" EXIT
  use_proxy_of_apt
  unshare --mount debootstrap --variant=minbase --include=ca-certificates trixie "$folder" "$mirror"
  # Builds see the network as this machine does, whatever stands between them and it.
  cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$folder"/var/cache/apt/* "$folder"/var/lib/apt/lists/* "$folder"/usr/share/{doc,man,locale}/*
  tar -C "$folder" --one-file-system -c . | docker import --change 'CMD ["bash"]' - "$BASE_IMAGE"
}

# debootstrap does not read apt's configuration.
use_proxy_of_apt() {
  local proxy=''
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if [ -n "$proxy" ]; then export http_proxy="$proxy"; fi
}

make_stand_in() { docker build --tag "$1" "$ROOT/scripts/stand-ins/$2"; }

build_own_image() { DOCKER_BUILDKIT=1 docker build --target "$1" --tag "interleave-$1" "$ROOT"; }

# Labelled with what it was built from, as tests and `interleave up` ask: else these would build it again.
build_sandbox_image() { .venv/bin/python -m workers.sandbox.image; }

prepare_images() {
  image_there "$BASE_IMAGE" || step "Image $BASE_IMAGE" provide_image "$BASE_IMAGE" make_base_image || return
  image_there postgres:17 || step "Image postgres:17" provide_image postgres:17 make_stand_in postgres:17 postgres || return
  image_there redis:8 || step "Image redis:8" provide_image redis:8 make_stand_in redis:8 redis || return
  step "Image interleave-sandbox" build_sandbox_image || return
  local target
  for target in service worker; do
    step "Image interleave-$target" build_own_image "$target" || return
  done
}
