#!/usr/bin/env bash
# Schemathesis, a program that nobody here wrote, reads the reference server's OpenAPI description and
# tries to show that it is not true of that server: once with accounts in memory, once in a file.
# Exits with 0 if it finds nothing. What is given is passed on, such as: --seed 7 --max-examples 500
set -euo pipefail
cd "$(dirname "$0")/.."

version=4.32.5 # the newest on the day it was chosen
seed=1         # the same requests in each run, so that a finding is one of the change at hand
here=$PWD/tests/schemathesis
parts=$PWD/target/schemathesis
work=$parts/work

# What is missing fails where `CI` is set, and is said otherwise.
skip() {
    echo "skipped, because $1; tests/parts.sh installs it"
    [ -z "${CI+set}" ] || exit 1
    exit 0
}
command -v python3 >/dev/null || skip 'python3 is missing'
python3 -c 'import venv, ensurepip' 2>/dev/null || skip 'python3 has no venv or no pip'

if [ "$("$parts/bin/schemathesis" --version 2>/dev/null)" != "schemathesis, version $version" ]; then
    python3 -m venv --clear "$parts"
    "$parts/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi
# As the README builds it, so that it is there already where that was done.
cargo build --release --quiet --locked
rm -rf "$work"
mkdir -p "$work"

server=
log=
stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
}
trap stop EXIT

# Starts a server on a port that is free, and sets ASSIZE_BASE_URL to its address. What it says goes to a
# log of this name; what follows is for the server.
start() {
    log=$work/$1.log
    shift
    : >"$log"
    target/release/assize serve --listen 127.0.0.1:0 "$@" >"$log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        ASSIZE_BASE_URL=$(sed -n 's/^listening at //p' "$log")
        [ -z "$ASSIZE_BASE_URL" ] || return 0
        sleep 0.1
    done
    echo 'the server did not start:'
    cat "$log"
    exit 1
}

# Ends the server, which must end well.
finish() {
    kill "$server"
    wait "$server" || { echo "the server ended with $?:"; cat "$log"; exit 1; }
    server=
    if grep 'failed to' "$log"; then
        echo 'the server reported failures of its own'
        exit 1
    fi
}

for place in memory file; do
    echo "== accounts in $place"
    if [ "$place" = file ]; then start file --data "$work/accounts"; else start memory; fi
    export ASSIZE_BASE_URL
    (
        cd "$work"
        PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 "$parts/bin/schemathesis" \
            --config-file "$here/schemathesis.toml" run "$ASSIZE_BASE_URL/openapi.json" \
            --no-color --seed "$seed" --report ndjson --report-dir "$work/$place" "$@"
    )
    finish
done
