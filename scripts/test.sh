#!/usr/bin/env bash
# Everything a developer wants to know before pushing: rules, types, both databases, a real browser.
# SQLite and PostgreSQL run side by side on two cores. In CI nothing may be left out.
set -uo pipefail
cd "$(dirname "$0")/.."
py=.venv/bin/python
fail=0
scripts/install_system.sh || { [ -z "${CI:-}" ] || exit 1; echo "Going on without what could not be installed; the tests say what they leave out."; }
say() { printf '\n── %s\n' "$*"; }

say "House style"
$py -m ruff check src tests bench scripts || fail=1
$py -m ruff format --check -q src tests bench scripts || fail=1
.venv/bin/lint-imports --no-cache | tail -n 8; [ "${PIPESTATUS[0]}" -eq 0 ] || fail=1
say "Types"
$py -m mypy || fail=1

mkdir -p build
say "Tests on PostgreSQL (in the background) and SQLite"
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  scripts/with_postgres.sh $py -m pytest -m "not browser" -p no:cacheprovider --junit-xml=build/postgres.xml "$@" >build/postgres.log 2>&1 &
  postgres=$!
else
  echo "LEFT OUT: every test on PostgreSQL (no server here; run: make system)"
  [ -z "${CI:-}" ] || fail=1
fi
$py -m pytest --junit-xml=build/sqlite.xml "$@" || fail=1
if [ -n "${postgres:-}" ]; then
  wait "$postgres" || fail=1
  say "PostgreSQL"
  tail -n 60 build/postgres.log
fi
[ $fail -eq 0 ] && say "All is green." || say "Something is not right: see above."
exit $fail
