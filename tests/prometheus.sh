#!/usr/bin/env bash
# Prometheus (Debian's package) scrapes the metrics of a load that is under way: the last counts that it has must be those
# of results.json, and the p99 that it reads from the histogram must lie in the bucket of the true one. Takes some 15 s;
# prometheus, curl and python3 must be there.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in prometheus curl python3; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: $tool is missing"
        [ -z "${CI:-}" ] || exit 1
        exit 0
    fi
done
assize=$(realpath "${ASSIZE:-target/debug/assize}")
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cd "$work"
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
live=$(free) web=$(free)
# The page lives for half a second after the run, so that a scrape each fifth of one meets its last figures.
cat >prometheus.yml <<YAML
global: {scrape_interval: 200ms, scrape_timeout: 200ms}
scrape_configs:
  - job_name: assize
    static_configs: [{targets: ["127.0.0.1:$live"]}]
YAML
prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$web" \
    --log.level=error >prometheus.log 2>&1 &
server=$!
for _ in $(seq 100); do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:$web/-/ready"; then break; fi
    sleep 0.1
done
"$assize" load --scenario "${SCENARIO:-lookup}" --rate "${RATE:-300/s}" --duration 8s --quiet --accept-invalid \
    --live="127.0.0.1:$live" --json results.json
ask() { # QUERY
    curl --silent --fail --get --data-urlencode "query=$1" "http://127.0.0.1:$web/api/v1/query" |
        python3 -c 'import json, sys; [one] = json.load(sys.stdin)["data"]["result"]; print(one["value"][1])'
}
# A target that is gone has no value now, but it had one.
of() { echo "last_over_time($1[5m])"; }
sleep 1
python3 - "$(ask "sum($(of assize_requests_total))")" "$(ask "$(of assize_response_seconds_count)")" \
    "$(ask "$(of assize_response_seconds_sum)")" \
    "$(ask "histogram_quantile(0.99, $(of assize_response_seconds_bucket))")" \
    "$(ask "count_over_time(assize_response_seconds_count[5m])")" <<'PY'
import json, sys
requests, count, total, p99, scrapes = map(float, sys.argv[1:])
load = json.load(open("results.json"))["loads"][0]
[operation] = load["operations"]
errors = sum(operation["errors"].values())
assert requests == load["answered"] + errors, (requests, load["answered"], errors)
assert count == operation["answers"]["count"], (count, operation["answers"]["count"])
mean = operation["answers"]["mean_us"]
assert abs(total - mean * count / 1e6) < 1e-6 * count, (total, mean)
bounds = [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
true = operation["answers"]["p99_us"] / 1e6
low, high = max([0, *[one for one in bounds if one < true]]), min(one for one in bounds if one >= true)
assert low <= p99 <= high, (low, p99, high)
print(f"{scrapes:.0f} scrapes; {requests:.0f} requests and {count:.0f} answers, as in results.json;")
print(f"p99 {p99 * 1e3:.3f} ms in a bucket from {low * 1e3:g} to {high * 1e3:g} ms, truly {true * 1e3:.3f} ms")
PY
