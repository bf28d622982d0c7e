#!/usr/bin/env bash
# Installs the programs that some tests are tried against. What is there already is left alone. Without
# them those tests are skipped, and say so; where `CI` is set they fail.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v python3 >/dev/null || ! command -v npm >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3 nodejs npm
fi
if ! command -v xmllint >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends libxml2-utils
fi
if ! command -v nginx >/dev/null && ! [ -x /usr/sbin/nginx ]; then
    apt-get update -q
    # Its service is not wanted: tests start one of their own, each with a folder of its own.
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends nginx-light
    rm -f /usr/sbin/policy-rc.d
fi
if ! command -v faketime >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends faketime
fi
if ! command -v sbatch >/dev/null || ! [ -x /usr/sbin/munged ]; then
    apt-get update -q
    # Nor are its services: a script starts its own.
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends slurm-wlm munge
    rm -f /usr/sbin/policy-rc.d
fi
tests/mail-parts.sh
tests/report-parts.sh
tests/store-parts.sh
tests/browser-parts.sh
