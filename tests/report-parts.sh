#!/usr/bin/env bash
# Installs what reads and checks the reports in tests/reports: two JUnit readers (junitparser from PyPI,
# junit2json from npm), a strict validator of Kubernetes manifests, the messages of OTLP, and packages that carry the public schemas of SARIF 2.1.0 and CTRF. What is there
# already is left alone. Without them the tests that need them are skipped, and say so; where `CI` is
# set they fail.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=target/report-parts
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3-venv
fi
if ! [ -x "$parts/python/bin/python3" ] || ! "$parts/python/bin/python3" -c 'import junitparser' 2>/dev/null; then
    python3 -m venv "$parts/python"
    "$parts/python/bin/pip" install --quiet --disable-pip-version-check junitparser==4.0.2
fi
# Checks the manifests that `assize plan --for kubernetes` prints.
if ! [ -x "$parts/python/bin/kubernetes-validate" ]; then
    "$parts/python/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
fi
# Reads what `--otlp` sends.
if ! "$parts/python/bin/python3" -c 'import opentelemetry.proto' 2>/dev/null; then
    "$parts/python/bin/pip" install --quiet --disable-pip-version-check opentelemetry-proto==1.45.2
fi
if ! [ -e "$parts/node_modules/junit2json" ] || ! [ -e "$parts/node_modules/ctrf" ] ||
    ! [ -e "$parts/node_modules/@microsoft/jest-sarif" ]; then
    mkdir -p "$parts"
    npm install --prefix "$parts" --no-save --no-audit --no-fund --loglevel=error --ignore-scripts \
        --legacy-peer-deps junit2json@4.0.0 ctrf@0.3.0 @microsoft/jest-sarif@1.0.0-beta.0
fi
