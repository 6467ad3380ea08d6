#!/usr/bin/env bash
# Installs the Debian packages that a goal needs and that are missing, and says which.
#   deploy/packages.sh build     to compile and run Tocsin
#   deploy/packages.sh test      also the real servers its tests start
#   deploy/packages.sh bench     also the load generator
set -euo pipefail

build=(libsqlite3-dev libcurl4-openssl-dev libcmark-gfm-dev libcmark-gfm-extensions-dev pkg-config tzdata curl)
tests=("${build[@]}" prometheus prometheus-alertmanager postfix openssl python3 python3-venv libpython3-dev sqlite3)
bench=("${tests[@]}" wrk)

case "${1:-build}" in
build) wanted=("${build[@]}") ;;
test) wanted=("${tests[@]}") ;;
bench) wanted=("${bench[@]}") ;;
*)
    echo "usage: $0 build|test|bench" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian or a system like it. Please install by hand what these packages hold: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing missing Debian packages: ${missing[*]}"
sudo=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Not root, and no sudo. Please run as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    sudo=(sudo)
fi
install() { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
# The lists may be missing or old; the servers must not start as services of the machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee $policy >/dev/null
    "${sudo[@]}" chmod +x $policy
    trap '"${sudo[@]}" rm -f $policy' EXIT
fi
install 2>/dev/null || { "${sudo[@]}" apt-get update -qq && install; }
