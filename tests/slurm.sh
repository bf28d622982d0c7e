#!/usr/bin/env bash
# A real Slurm on this machine, with four nodes, works on a plan by the script that `assize plan --for slurm` prints:
# once to its end, and once with a node that is taken away in mid-run. Takes some 40 s; Debian's slurm-wlm and munge
# must be there, and root. All that it starts it ends.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v sbatch >/dev/null || ! [ -x /usr/sbin/munged ]; then
    echo 'skipped: slurm-wlm and munge are not installed (apt-get install slurm-wlm munge)'
    [ -z "${CI:-}" ] || exit 1
    exit 0
fi
assize=$(realpath "${ASSIZE:-target/debug/assize}")
work=$(mktemp -d)
started=()
finish() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
wait_for() { for _ in $(seq 600); do if "$@" >/dev/null 2>&1; then return; fi; sleep 0.1; done; echo "never: $*"; exit 1; }

# Slurm with a secret, a socket and ports of its own.
mkdir -p "$work"/{munge,spool,state}
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 0700 "$work/munge" && chmod 0400 "$work/munge/key" && chmod 0755 "$work"
/usr/sbin/munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" >>"$work/daemons.log" 2>&1 &
started+=($!)
host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=trial
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17900
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=300
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
NodeName=n[0-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17910-17913] CPUs=1
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
wait_for test -S "$work/munge/socket"
/usr/sbin/slurmctld -D -f "$SLURM_CONF" >>"$work/daemons.log" 2>&1 &
started+=($!)
for node in n0 n1 n2 n3; do
    /usr/sbin/slurmd -D -f "$SLURM_CONF" -N "$node" >>"$work/daemons.log" 2>&1 &
    started+=($!)
done
wait_for sh -c 'test "$(sinfo --noheader --Node --states=idle | wc -l)" = 4'

# A target.
"$assize" serve --listen 127.0.0.1:17980 >"$work/serve.log" &
started+=($!)
wait_for grep -q listening "$work/serve.log"
target=http://127.0.0.1:17980/api/auth/v2
export ASSIZE=$assize CI=true ASSIZE_ACCEPT_INVALID=true
cd "$work"

plan() {
    "$assize" plan "$target" --mailbox 'http://127.0.0.1:17980/inbox/{email}#/code' --scenario lookup --processes 4 \
        --rate 100 --duration "$1" --warm-up 0s --lead 2s --gather 30s --slo 'stalls < 100%' --seed "$2" \
        --output "plan-$2.json" --for slurm >"job-$2.sh"
}

echo '== a whole run'
plan 3s 1
code=0
sh job-1.sh >out-1.log 2>&1 || code=$?
cat out-1.log
[ "$code" = 0 ] || { cat assize-work-*.log daemons.log; exit 1; }
grep -q '300 answers' out-1.log
grep -q '4 workers began within' out-1.log
rm -rf reports

echo '== a node is taken away in mid-run'
plan 8s 2
code=0
sh job-2.sh >out-2.log 2>&1 &
script=$!
store=assize-$(sha256sum plan-2.json | cut -c1-8)
wait_for test -f "$store/start.json"
sleep 4
# The batch step stands on the first node of the job, so another one goes.
scontrol update nodename=n2 state=down reason='taken away by a test'
wait "$script" || code=$?
cat out-2.log
[ "$code" = 3 ] || { echo "exit code $code"; cat assize-work-*.log daemons.log; exit 1; }
grep -q 'only 3 of 4 shares of the plan are there' out-2.log
echo '== as it should be'
