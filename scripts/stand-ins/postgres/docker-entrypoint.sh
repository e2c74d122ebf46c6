#!/bin/bash
# As the official image: options alone mean postgres; root hands over to the user postgres; an empty PGDATA
# becomes a cluster with POSTGRES_USER, POSTGRES_PASSWORD (or _FILE) and POSTGRES_DB.
set -euo pipefail

# value_of NAME DEFAULT: from NAME, else from the file that NAME_FILE names, else the default.
value_of() {
  local file="$1_FILE"
  if [ -n "${!1:-}" ]; then
    printf '%s' "${!1}"
  elif [ -n "${!file:-}" ]; then
    cat "${!file}"
  else
    printf '%s' "$2"
  fi
}

make_cluster() {
  local user password database
  user=$(value_of POSTGRES_USER postgres)
  password=$(value_of POSTGRES_PASSWORD '')
  database=$(value_of POSTGRES_DB "$user")
  if [ -z "$password" ]; then
    echo "Error: POSTGRES_PASSWORD must not be empty." >&2
    exit 1
  fi
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --encoding=UTF8 --auth-host=scram-sha-256 \
    --auth-local=trust
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  # Until it is complete it listens on its socket alone, so nobody takes it for ready over the network.
  pg_ctl --options="-c listen_addresses=''" --wait start
  if [ "$database" != postgres ]; then
    createdb --username="$user" --maintenance-db=postgres "$database"
  fi
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sql) psql --set=ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$script" ;;
      *.sh) bash "$script" ;;
    esac
  done
  pg_ctl --mode=fast --wait stop
}

if [[ "${1:-}" == -* ]]; then set -- postgres "$@"; fi

if [ "$1" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres "$PGDATA"
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "${BASH_SOURCE[0]}" "$@"
  fi
  [ -s "$PGDATA/PG_VERSION" ] || make_cluster
  set -- postgres -c listen_addresses='*' "${@:2}"
fi
exec "$@"
