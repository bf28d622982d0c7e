#!/bin/sh
# Runs each fuzz target for some seconds, beginning with its seeds: some written by hand, and those that
# reached most of what hours of fuzzing reached (found-*). Fails when one finds something; the input is then
# below fuzz/artifacts.
#
# It builds them as `cargo fuzz` does, but for the sanitizers, which need another compiler and find what
# safe code cannot do; `cargo fuzz run TARGET` works as well.
#
# usage: fuzz/run.sh SECONDS [TARGET…]
set -eu

seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET…]}
shift
cd "$(dirname "$0")/.."
host=$(rustc -vV | sed -n 's/^host: //p')
coverage='-Cpasses=sancov-module --cfg fuzzing'
for option in level=4 inline-8bit-counters pc-table trace-compares; do
    coverage="$coverage -Cllvm-args=-sanitizer-coverage-$option"
done
# For another platform by name, so that what runs at build time is not watched, and is shared with
# other builds.
RUSTFLAGS="$coverage" cargo build --quiet --locked --manifest-path fuzz/Cargo.toml \
    --target-dir target --target "$host"

mkdir -p fuzz/artifacts
[ $# -gt 0 ] || set -- answer chunks suite mail imap results ledger
for target in "$@"; do
    mkdir -p "fuzz/corpus/$target"
    printf '%s: ' "$target"
    log="fuzz/artifacts/$target.log"
    if "target/$host/debug/$target" "fuzz/corpus/$target" "fuzz/seeds/$target" \
        -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=8192 \
        -artifact_prefix="fuzz/artifacts/$target-" 2>"$log"; then
        tail -n 1 "$log"
    else
        cat "$log"
        exit 1
    fi
done
