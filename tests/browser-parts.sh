#!/usr/bin/env bash
# Installs what opens the pages of reports in tests/reports/browser: Chromium (Debian's package),
# playwright-core, which drives it, and axe-core, which looks for barriers (npm). What is there already is
# left alone. Without them the test that needs them is skipped, and says so; where `CI` is set it fails.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-liberation
fi
parts=target/browser-parts
if ! [ -e "$parts/node_modules/playwright-core" ] || ! [ -e "$parts/node_modules/axe-core" ]; then
    mkdir -p "$parts"
    npm install --prefix "$parts" --no-save --no-audit --no-fund --loglevel=error --ignore-scripts \
        playwright-core@1.65.1 axe-core@4.14.1
fi
