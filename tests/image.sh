#!/usr/bin/env bash
# The static file that is published, alone in an empty root: it makes a run, resolves a name by a DNS server of this
# script's, and trusts an authority that it is given or that the system's bundle has. Then the image of nothing but that
# file: how large it is, whose user it runs as, and a check from inside against `assize serve` outside. Builds the file
# as `just dist` does if it is not there, which takes some ten minutes.
# Root, buildah, openssl, python3, ip and unshare must be there.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in buildah openssl python3 ip unshare; do
    if ! command -v "$tool" >/dev/null || [ "$(id -u)" != 0 ]; then
        echo "skipped: $tool or root is missing"
        [ -z "${CI:-}" ] || exit 1
        exit 0
    fi
done
platform=$(rustc -vV | sed -n 's/^host: //p')
assize=${ASSIZE:-target/$platform/dist/assize}
[ -x "$assize" ] || cargo build --locked --config .cargo/static.toml --profile=dist --target "$platform"
assize=$(realpath "$assize")
here=$PWD
work=$(mktemp -d)
container=
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    [ -z "$container" ] || buildah rm "$container" >/dev/null || true
    buildah rmi assize-tried >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT
cd "$work"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
# Nothing of this shell's settings, nor of its authorities, is there where only the file is.
unset "${!ASSIZE_@}" "${!SSL_CERT_@}"

# `ldd` ends with 1 where nothing is linked.
linked=$(ldd "$assize" 2>&1 || true)
case $linked in
    *'statically linked'* | *'not a dynamic executable'*) echo "ldd: ${linked#"${linked%%[![:space:]]*}"}" ;;
    *) echo "it is not static: $linked" && exit 1 ;;
esac
echo "the file: $(stat -c %s "$assize" | numfmt --to=iec-i --suffix=B)"

mkdir root && cp "$assize" root/assize
begin=$(date +%s%N)
chroot root /assize run --duration 2s --quiet --accept-invalid
echo "a run in an empty root: exit code 0 after $((($(date +%s%N) - begin) / 1000000)) ms"

# In a network of its own, so that port 53 is free; the name is known to nobody else.
cat >names.py <<'PY'
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
while True:
    question, whom = server.recvfrom(512)
    end = question.index(b"\0", 12) + 5
    is_ours = question[12:end - 4] == b"\x06server\x04test\0" and question[end - 4:end - 2] == b"\0\1"
    head = question[:2] + (b"\x85\x80" if is_ours or b"server" in question else b"\x85\x83")
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1" if is_ours else b""
    server.sendto(head + b"\0\1\0" + (b"\1" if is_ours else b"\0") + b"\0\0\0\0" + question[12:end] + answer, whom)
PY
# The same server over TLS, by a certificate of an authority of this script's.
cat >tls.py <<'PY'
import asyncio, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("server.pem", "server.key")
async def pass_on(reader, writer):
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except OSError:
        pass
    writer.close()
async def serve(reader, writer):
    back, forth = await asyncio.open_connection("127.0.0.1", 8080)
    await asyncio.gather(pass_on(reader, forth), pass_on(back, writer))
async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", 8443, ssl=context) as server:
        await server.serve_forever()
asyncio.run(main())
PY
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=an authority' \
    -keyout authority.key -out authority.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server.test \
    -keyout server.key -out server.csr 2>/dev/null
printf 'subjectAltName=DNS:server.test\nbasicConstraints=critical,CA:FALSE\n' >extensions
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
    -extfile extensions -out server.pem 2>/dev/null
cp authority.pem root/authority.pem
mkdir root/etc && echo 'nameserver 127.0.0.1' >root/etc/resolv.conf
unshare --net bash -euc '
    ip link set lo up
    python3 names.py & names=$!
    "$1" serve --listen 127.0.0.1:8080 --smtp 127.0.0.1:2525 >/dev/null & server=$!
    python3 tls.py & tls=$!
    trap "kill $names $server $tls" EXIT
    sleep 1
    chroot root /assize doctor http://server.test:8080/api/auth/v2 --mailbox listen:127.0.0.1:2525 | grep -E "names|HTTP|mailbox"
    chroot root /assize check http://server.test:8080/api/auth/v2 --mailbox listen:127.0.0.1:2525 --quiet
    over_tls() { chroot root /assize check https://server.test:8443/api/auth/v2 --mailbox listen:127.0.0.1:2525 --quiet "$@"; }
    code=0
    over_tls || code=$?
    [ "$code" = 3 ] || { echo "an authority that nobody named: exit code $code, not 3"; exit 1; }
    over_tls --ca /authority.pem
    mkdir -p root/etc/ssl/certs && cp authority.pem root/etc/ssl/certs/ca-certificates.crt
    over_tls
    echo "over TLS: refused, then trusted by --ca and by the bundle of the system"
' - "$assize"

cp "$assize" "$here/Containerfile" .
buildah bud --quiet --file Containerfile --tag assize-tried . >/dev/null
buildah push --quiet assize-tried "oci-archive:$work/image.tar" >/dev/null
# Nothing but the file is in it, so that is what it takes unpacked.
image=$(stat -c %s assize)
[ "$(buildah inspect --type image --format '{{len .OCIv1.RootFS.DiffIDs}}' assize-tried)" -le 2 ] || { echo 'it has more layers than the file'; exit 1; }
echo "the image: $(stat -c %s image.tar | numfmt --to=iec-i --suffix=B) packed, $(numfmt --to=iec-i --suffix=B "$image") unpacked; user $(buildah inspect --type image --format '{{.OCIv1.Config.User}}' assize-tried)"
[ "$image" -le 25000000 ] || { echo 'it is larger than 25 MB'; exit 1; }

"$assize" serve --listen 127.0.0.1:18088 --smtp 127.0.0.1:12588 >/dev/null &
server=$!
sleep 1
mkdir reports-of-it && chown 65532:65532 reports-of-it
container=$(buildah from assize-tried)
buildah run --volume "$work/reports-of-it:/work" "$container" -- \
    /assize check http://127.0.0.1:18088/api/auth/v2 --mailbox listen:127.0.0.1:12588 --quiet
stat -c 'its reports belong to user %u' reports-of-it/reports
