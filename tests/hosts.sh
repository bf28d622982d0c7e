#!/usr/bin/env bash
# Three hosts on a network of their own, as network namespaces, whose clocks are 3 s apart, make one load over a
# shared folder: they must begin within 20 ms of each other, and say so; where clocks cannot be known as well as the
# plan demands, nobody may send. Takes some 20 s; root, ip, python3 and faketime must be there. All that it makes it
# removes.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in ip faketime python3; do
    if ! command -v "$tool" >/dev/null || [ "$(id -u)" != 0 ]; then
        echo "skipped: $tool or root is missing"
        [ -z "${CI:-}" ] || exit 1
        exit 0
    fi
done
assize=$(realpath "${ASSIZE:-target/debug/assize}")
work=$(mktemp -d)
mark=az$$
target=
finish() {
    [ -z "$target" ] || kill "$target" 2>/dev/null || true
    wait 2>/dev/null || true
    for host in 0 1 2 3; do ip netns del "$mark-$host" 2>/dev/null || true; done
    ip link del "$mark" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

ip link add "$mark" type bridge
ip link set "$mark" up
for host in 0 1 2 3; do
    ip netns add "$mark-$host"
    ip link add "$mark$host" type veth peer name eth0 netns "$mark-$host"
    ip link set "$mark$host" master "$mark" up
    ip -n "$mark-$host" addr add "10.77.0.$((host + 1))/24" dev eth0
    ip -n "$mark-$host" link set eth0 up
    ip -n "$mark-$host" link set lo up
done

cd "$work"
cat >target.py <<'PY'
import http.server


class Things(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("10.77.0.1", 8080), Things).serve_forever()
PY
ip netns exec "$mark-0" python3 target.py &
target=$!
mkdir own
cat >own/things.yaml <<'YAML'
suite: things
title: Things
scenarios:
  - id: asking
    title: Asks for things
    proves: thing.there
    steps:
      - name: ask
        request: {method: GET, path: "/things/${uuid}"}
        expect: {status: 200}
YAML
cat >own/requirements.yaml <<'YAML'
requirements:
  - {id: thing.there, level: must, section: Things, says: A thing is there.}
YAML
export CI=true ASSIZE_ACCEPT_INVALID=true NO_FAKE_STAT=1

plan() {
    "$assize" plan http://10.77.0.1:8080 --allow-load 10.77.0.1 --processes 3 --suites own --rate 60 --duration 2s \
        --warm-up 0s --lead 2s --gather 30s --slo 'stalls < 100%' --skew-limit "$1" --output plan.json
}

# Works on the plan with clocks that are 3 s ahead, 3 s behind, and right; prints the exit codes.
work() {
    local host off all=() codes=()
    for host in 1 2 3; do
        case $host in 1) off=+3s ;; 2) off=-3s ;; 3) off=+0s ;; esac
        ip netns exec "$mark-$host" faketime -f "$off" "$assize" work plan.json --quiet --store "$1" \
            --index $((host - 1)) >"work-$host.log" 2>&1 &
        all+=($!)
    done
    for one in "${all[@]}"; do
        local code=0
        wait "$one" || code=$?
        codes+=("$code")
    done
    echo "${codes[*]}"
}

echo '== clocks that are 3 s apart'
plan 100ms
codes=$(work store)
[ "$codes" = '0 0 0' ] || { echo "workers ended with $codes"; cat work-*.log; exit 1; }
"$assize" merge store --json merged.json | grep 'workers began within'
python3 - <<'PY'
import json

run = json.load(open("merged.json"))
plan, load = run["run"]["plan"], run["loads"][0]
assert load["answered"] == 120, load["answered"]
assert plan["skew_ms"] <= 20 and plan["skew_bound_ms"] <= 20, plan
PY
echo '== clocks that cannot be known as well as the plan demands'
plan 1ms
codes=$(work other)
[ "$codes" = '3 3 3' ] || { echo "workers ended with $codes"; cat work-*.log; exit 1; }
grep -h 'the clock of this machine is known to' work-*.log | sort -u
code=0
"$assize" merge other >merge.log || code=$?
[ "$code" = 3 ] || { echo "the merge ended with $code"; cat merge.log; exit 1; }
echo '== as it should be'
