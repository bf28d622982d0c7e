#!/usr/bin/env bash
# Puts a published assize into a folder, once its checksum is verified: install.sh FROM VERSION FOLDER. FROM is where
# the releases are, each below its tag; VERSION has no v in front. What is there already is left alone.
set -euo pipefail
from=$1 version=$2 folder=$3

if [ -z "$version" ]; then
    echo "::error::no version of assize is named: use the action by a tag, or give version" >&2
    exit 2
fi
if "$folder/assize" --version 2>/dev/null | grep -qxF "assize $version"; then
    exit 0
fi
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) platform=x86_64-unknown-linux-gnu ;;
    Linux-aarch64) platform=aarch64-unknown-linux-gnu ;;
    *)
        echo "::error::no assize is published for $(uname -s) on $(uname -m): build it with cargo install" >&2
        exit 2
        ;;
esac
archive=assize-$version-$platform.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$archive" SHA256SUMS; do
    if ! curl --fail --silent --show-error --location --retry 3 --output "$work/$file" "$from/v$version/$file"; then
        echo "::error::cannot download $from/v$version/$file" >&2
        exit 3
    fi
done
# Exactly one line may speak of the archive.
if ! grep -E "^[0-9a-f]{64} [ *]$archive\$" "$work/SHA256SUMS" >"$work/wanted" ||
    ! (cd "$work" && sha256sum --check --status --strict wanted); then
    echo "::error::the checksum of $archive is not the published one: nothing was installed" >&2
    exit 3
fi
mkdir -p "$folder"
tar -xzf "$work/$archive" -C "$folder" assize
