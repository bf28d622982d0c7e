#!/usr/bin/env bash
# Installs the programs that some tests are tried against. What is there already is left alone. Without
# them those tests are skipped, and say so.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v xmllint >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends libxml2-utils
fi
tests/mail-parts.sh
tests/report-parts.sh
tests/browser-parts.sh
