#!/usr/bin/env bash
# Installs the real mail programs that tests/mailbox is tried against: Dovecot (Debian's package) and
# two versions of MailDev (npm). What is there already is left alone. Without them the tests that
# need them are skipped, and say so; where `CI` is set they fail.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dovecot >/dev/null && ! [ -x /usr/sbin/dovecot ]; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends dovecot-imapd openssl
fi

# Versions 2 and 3 of MailDev have different APIs; both are in use.
parts=target/mail-parts
if ! [ -e "$parts/node_modules/maildev-2" ] || ! [ -e "$parts/node_modules/maildev-3" ]; then
    mkdir -p "$parts"
    npm install --prefix "$parts" --no-save --no-audit --no-fund --loglevel=error \
        maildev-2@npm:maildev@2.2.1 maildev-3@npm:maildev@3.0.0
fi
