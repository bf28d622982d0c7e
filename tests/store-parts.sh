#!/usr/bin/env bash
# Installs the servers that stores of workers are tried against: moto for S3, from PyPI, and Azurite for Azure, from
# npm. What is there already is left alone. Without them those tests are skipped, and say so; where `CI` is set they fail.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=target/store-parts
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3-venv
fi
if ! [ -x "$parts/python/bin/python3" ] || ! "$parts/python/bin/python3" -c 'import moto.s3.models, moto.server' 2>/dev/null; then
    python3 -m venv "$parts/python"
    # Its extra `server` brings three times as much, for services other than S3.
    "$parts/python/bin/pip" install --quiet --no-compile --disable-pip-version-check \
        moto==5.2.5 flask==3.1.3 flask-cors==6.0.5 py-partiql-parser==0.6.3 pyyaml==6.0.4
fi
azurite=3.35.0
if ! grep -qs "\"version\": \"$azurite\"" "$parts/node_modules/azurite/package.json"; then
    npm install --prefix "$parts" --no-audit --no-fund --silent "azurite@$azurite"
fi
