#!/usr/bin/env bash
# Run a command with a PostgreSQL server of its own: a fresh cluster in a temporary folder, gone afterwards.
# The command finds it in OPLICH_DATABASE; OPLICH_PG_FOLDER and OPLICH_PG_BIN let a test restart it.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "There is no PostgreSQL server here. Run: make system" >&2; exit 3; }
folder=$(mktemp -d -t oplich-pg-XXXXXX)
as=(); if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder"; as=(runuser -u postgres --); fi
stop() { "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
trap 'exit 130' INT TERM
cd "$folder"  # a place the postgres user may stand in
"${as[@]}" "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=200 -c shared_buffers=128MB" start
cd "$OLDPWD"
OPLICH_PG_FOLDER="$folder" OPLICH_PG_BIN="$bin" OPLICH_DATABASE="dbname=oplich host=$folder user=postgres" "$@"
