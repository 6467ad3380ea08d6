#!/usr/bin/env bash
# Serves the sample team on SQLite in ./var, with keys made at first start. `make run` calls this.
set -euo pipefail
cd "$(dirname "$0")/.."

var=${TOCSIN_VAR:-var}
mkdir -p "$var"
keys=$var/keys.env
if [ ! -e "$keys" ]; then
    random() { od -An -N20 -tx1 /dev/urandom | tr -d ' \n'; }
    (
        umask 077
        printf 'TOCSIN_KEY_ALERTMANAGER=%s\nTOCSIN_KEY_GENERIC=%s\n' "$(random)" "$(random)" >"$keys"
    )
fi
set -a
# shellcheck disable=SC1090
. "$keys"
set +a

exec "${TOCSIN_BINARY:-.build/debug/tocsin}" serve --config deploy/sample --database "$var/tocsin.db" \
    --ready "$var/server.env" --port "${PORT:-8080}" --show-secrets "$@"
