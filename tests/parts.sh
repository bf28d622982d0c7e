#!/usr/bin/env bash
# Installs the programs that some tests are tried against, and what counts instructions. What is there already is left
# alone. Without them those tests are skipped, and say so; where `CI` is set they fail.
set -euo pipefail
cd "$(dirname "$0")/.."

install() {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# Their services are not wanted: tests start their own, each with a folder of its own.
install_without_services() {
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
    install "$@"
    rm -f /usr/sbin/policy-rc.d
}

if ! command -v python3 >/dev/null || ! command -v npm >/dev/null; then
    install python3 nodejs npm
fi
command -v xmllint >/dev/null || install libxml2-utils
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || install_without_services nginx-light
command -v faketime >/dev/null || install faketime
command -v valgrind >/dev/null || install valgrind
if ! command -v sbatch >/dev/null || ! [ -x /usr/sbin/munged ]; then
    install_without_services slurm-wlm munge
fi
tests/mail-parts.sh
tests/report-parts.sh
tests/store-parts.sh
tests/browser-parts.sh
