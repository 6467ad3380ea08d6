#!/usr/bin/env bash
# Makes the Python environments that the tests' servers run in, unless they are there and up to date: .venv-tests for
# the doubles (seconds), and .venv-serving for Triton and MLServer (a minute, 400 MB).
set -euo pipefail
cd "$(dirname "$0")/.."

# environment PLACE REQUIREMENTS: makes PLACE and returns 0; returns 1 when it was up to date.
environment() {
    local place=$1 wanted=$2
    cmp -s "$wanted" "$place/requirements.txt" && return 1
    echo "Installing the Python packages of $wanted…"
    python3 -m venv --clear "$place"
    pip "$place" --requirement "$wanted"
}

pip() { "$1/bin/pip" install --quiet --disable-pip-version-check --no-compile "${@:2}"; }

# done_with PLACE REQUIREMENTS: the stamp is written last, so that what broke off is made again.
done_with() { cp "$2" "$1/requirements.txt"; }

# Triton is in the wheel of pytriton, whose own dependencies only its Python client needs. Its Python backend wants the
# stub of the interpreter beside it.
triton() {
    local place=$1 site version
    pip "$place" --no-deps nvidia-pytriton==0.7.0
    site=$("$place/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    version=$("$place/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    mkdir -p "$place/backends"
    mv "$site/pytriton/tritonserver/backends/python" "$place/backends/python"
    cp "$site/pytriton/tritonserver/python_backend_stubs/$version/triton_python_backend_stub" "$place/backends/python/"
    cat >"$place/bin/tritonserver" <<'SCRIPT'
#!/bin/bash
# Made by deploy/python.sh: Triton from the wheel, with the interpreter of this environment.
here=$(cd "$(dirname "$0")/.." && pwd)
site=$("$here/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
libraries=$("$here/bin/python" -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))')
export PATH="$here/bin:$PATH" PYTHONPATH="$site" LD_LIBRARY_PATH="$libraries:$site/nvidia_pytriton.libs"
exec "$site/pytriton/tritonserver/bin/tritonserver" --backend-directory="$here/backends" "$@"
SCRIPT
    chmod +x "$place/bin/tritonserver"
}

doubles=Tests/Python/requirements.txt
environment .venv-tests $doubles && done_with .venv-tests $doubles

serving=Tests/Python/serving-requirements.txt
environment .venv-serving $serving && triton .venv-serving && done_with .venv-serving $serving
exit 0
