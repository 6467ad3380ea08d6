#!/usr/bin/env bash
# Shows a build's progress on one line, and everything it says if it fails.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
while IFS= read -r line; do
    echo "$line" >>"$log"
    case "$line" in
    \[*) [ -t 2 ] && printf '\r\033[K%.100s' "$line" >&2 ;;
    esac
done
[ -t 2 ] && printf '\r\033[K' >&2
if grep -q 'error:' "$log"; then
    cat "$log" >&2
    exit 1
fi
