#!/usr/bin/env bash
# Runs assize for the action, by the inputs in IN_*: annotations and the summary are its own. It ends with 0, and says in
# its outputs how assize ended, so that reports are kept and the comment is written before the job turns red.
set -uo pipefail

# An empty variable would stand for "none", whatever assize.toml says.
[ -z "${IN_TARGET:-}" ] || export ASSIZE_TARGET=$IN_TARGET
[ -z "${IN_MAILBOX:-}" ] || export ASSIZE_MAILBOX=$IN_MAILBOX
case "${IN_COMMAND:=check}" in
    check | run | load) ;;
    *)
        echo "::error::command is check, run or load, not $IN_COMMAND"
        exit 2
        ;;
esac
# Split as a shell does it, and nothing of it is run.
words=()
if [ -n "${IN_ARGS:-}" ]; then
    split=$(xargs -n 1 printf '%s\n' <<<"$IN_ARGS") || exit 2
    mapfile -t words <<<"$split"
fi
case "${IN_FAIL_ON:=violation}" in
    violation | never) ;;
    warning) words+=(--strict) ;;
    *)
        echo "::error::fail-on is violation, warning or never, not $IN_FAIL_ON"
        exit 2
        ;;
esac

reports=$RUNNER_TEMP/assize-reports
# Bearers stand in the state: it is no report.
assize "$IN_COMMAND" --reports "$reports" --state "$RUNNER_TEMP/assize-state" --junit "$reports/junit.xml" \
    --json "$reports/results.json" ${words[@]+"${words[@]}"}
code=$?
[ ! -f "$reports/results.json" ] || assize report "$reports/results.json" --to md --output "$reports/comment.md"

verdict=red
case "$code-$IN_FAIL_ON" in
    0-*) verdict=green ;;
    # A contract that is violated and a threshold that is missed are verdicts; whatever else is not 0 is none.
    1-never | 4-never) verdict=green ;;
esac
{
    echo "exit-code=$code"
    echo "verdict=$verdict"
    echo "reports=$reports"
} >>"$GITHUB_OUTPUT"
