#!/bin/sh
# Runs each fuzz target for some seconds, beginning with its seeds. Fails when one finds something;
# the input is then below fuzz/artifacts.
#
# usage: fuzz/run.sh SECONDS [TARGET…]
set -eu

seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET…]}
shift
cd "$(dirname "$0")/.."
# Sanitizers are unstable; this lets the stable compiler use them.
export RUSTC_BOOTSTRAP=1
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
[ $# -gt 0 ] || set -- answer chunks suite mail imap results ledger
for target in "$@"; do
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=8192
done
