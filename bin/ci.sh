#!/usr/bin/env bash
# Everything that must hold before a change lands, step by step; the first step that fails ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  printf '\n== %s\n' "$1"
  shift
  "$@"
}

install_system_packages() {
  command -v chromium >/dev/null && command -v redis-server >/dev/null && return 0
  local sudo=''
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium redis-server >/dev/null
}

step 'System packages that the tests want: Chromium, redis-server' install_system_packages
step 'Dependencies and the web app' node -e "import('./bin/setup.mjs').then((setup) => { setup.installDependencies(); setup.buildWebApp() })"
export PATH="$PWD/node_modules/.bin:$PATH"
step 'Types' npm run --silent typecheck
step 'Lint and format' npm run --silent lint
step 'Generated files are up to date' env RAPPORT_DATA_DIR="$(mktemp -d)" bash -c 'chmod 755 "$RAPPORT_DATA_DIR" && npm run --silent generate -- --check; status=$?; rm -rf "$RAPPORT_DATA_DIR"; exit $status'
step 'Byte budgets of the web app' node web/check-budgets.ts
step 'Tests' npm test
