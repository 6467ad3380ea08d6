#!/usr/bin/env bash
# Runs a long command: shows its progress on one line, and everything it said if it fails. Ends as it ended.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT

"$@" 2>&1 | while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    if [ -t 2 ] && [ "${line:0:1}" = "[" ]; then printf '\r\033[K%.100s' "$line" >&2; fi
done
status=${PIPESTATUS[0]}
if [ -t 2 ]; then printf '\r\033[K' >&2; fi
if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    echo "$* failed ($status)." >&2
fi
exit "$status"
