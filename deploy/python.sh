#!/usr/bin/env bash
# Makes the Python environment that the tests' servers run in (.venv-tests), unless it is there and up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=Tests/Python/requirements.txt
place=.venv-tests
stamp=$place/requirements.txt
cmp -s "$wanted" "$stamp" && exit 0

echo "Installing the Python packages that the tests' servers need…"
python3 -m venv --clear "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
cp "$wanted" "$stamp"
