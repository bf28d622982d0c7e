#!/usr/bin/env bash
# Makes reports/sample anew, from a real run against the reference server with a defect: the reports, what
# the terminal said, and a picture of the page and of the terminal. tests/trial/sample.rs tells when it is
# time for that. Needs what tests/browser-parts.sh installs.
set -euo pipefail
cd "$(dirname "$0")/.."
sample=$PWD/reports/sample
pictures=$PWD/tests/sample/pictures.mjs
parts=$PWD/target/browser-parts
most_bytes=200000
origin=http://127.0.0.1:18085

tests/browser-parts.sh
cargo build --quiet --locked
PATH=$PWD/target/debug:$PATH

work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cd "$work"

assize serve --listen "${origin#http://}" --defect delete-status-200 >server.log 2>&1 &
server=$!
for _ in $(seq 100); do
    ! grep -q '^listening' server.log || break
    sleep 0.1
done
grep '^listening' server.log || { cat server.log; exit 1; }

# In a terminal of its own, so that it has its colours. Progress is no part of the picture.
run="assize check $origin/api/auth/v2 --mailbox '$origin/inbox/{email}#/code' --suite delete"
# What is left out on the picture: that a later run gives the same.
fixed='--seed 1 --draw 0 --run-tag sample --reports made'
code=0
env -u CI -u NO_COLOR TERM=xterm COLUMNS=100 \
    script --quiet --return --command "$run $fixed 2>/dev/null" terminal.raw >/dev/null || code=$?
[ "$code" = 1 ] || { cat terminal.raw; echo "the run ended with $code and not with 1"; exit 1; }

mkdir -p "$sample"
cp made/*/report.html made/*/junit.xml made/*/results.json "$sample"
# Without the lines that `script` adds, and with the folder that a run has by default.
{
    printf '$ %s\n' "$run"
    sed -e '/^Script \(started\|done\) on /d' -e 's/\r$//' -e 's|made/|reports/|' terminal.raw
} >terminal.ansi
sed 's/\x1b\[[0-9;]*m//g' terminal.ansi >"$sample/terminal.txt"
node "$pictures" "$parts" "$(command -v chromium)" "$sample" terminal.ansi
cd "$sample"
sha256sum report.html terminal.txt >pictures.sha256
for picture in page.png terminal.png; do
    bytes=$(stat -c %s "$picture")
    [ "$bytes" -lt "$most_bytes" ] || { echo "$picture has $bytes bytes"; exit 1; }
done
ls -l "$sample"
