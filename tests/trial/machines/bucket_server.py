"""An S3 server for tests: that of moto, which knows conditional creates. Takes one request at a time, so that of two
creates that meet exactly one comes first. Only requests that are signed with the key that it prints get in.

POST /-/busy?seconds=N makes it answer 503 for so long, and POST /-/forgetful write over what is there, whatever the
condition; GET of either tells how often it has. Ends with its input.

With `google` it speaks as Google Cloud Storage does over XML, which is how S3 does but for the names of conditions,
and lets everybody in.
"""

import os
import sys
import threading
import time
from urllib.parse import parse_qs

IS_GOOGLE = sys.argv[1:] == ["google"]
if not IS_GOOGLE:
    os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"
os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = str(64 << 20)

from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNT = "123456789012"
BUCKET = "things"
EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


class Moody:
    """Is busy, or forgets conditions, where it is told to."""

    def __init__(self, store, objects):
        self.store = store
        self.objects = objects
        self.until = 0.0
        self.forgetful = False
        self.counts = {"/-/busy": 0, "/-/forgetful": 0}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path in self.counts:
            if environ["REQUEST_METHOD"] == "POST" and path == "/-/busy":
                self.until = time.monotonic() + float(parse_qs(environ["QUERY_STRING"])["seconds"][0])
            elif environ["REQUEST_METHOD"] == "POST":
                self.forgetful = True
            start_response("200 OK", [("content-type", "text/plain")])
            return [str(self.counts[path]).encode()]
        if time.monotonic() < self.until:
            self.counts["/-/busy"] += 1
            start_response("503 Slow Down", [("content-type", "text/plain")])
            return [b"<Error><Code>SlowDown</Code></Error>"]
        if IS_GOOGLE:
            # Nobody looks whether it is signed.
            environ["HTTP_AUTHORIZATION"] = "AWS4-HMAC-SHA256 Credential=key/20240101/us-east-1/s3/aws4_request"
            if environ.pop("HTTP_X_GOOG_IF_GENERATION_MATCH", None) == "0":
                environ["HTTP_IF_NONE_MATCH"] = "*"
        if self.forgetful and "HTTP_IF_NONE_MATCH" in environ:
            self.counts["/-/forgetful"] += 1
            self.objects.delete_object(BUCKET, path.removeprefix(f"/{BUCKET}/"))
        return self.store(environ, start_response)


def main():
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user(region_name="us-east-1", user_name="workers", tags=[])
    iam.put_user_policy("workers", "everything", EVERYTHING)
    key = iam.create_access_key("workers")
    objects = s3_backends[ACCOUNT]["aws"]
    objects.create_bucket(BUCKET, "us-east-1")
    store = Moody(DomainDispatcherApplication(create_backend_app), objects)
    server = make_server("127.0.0.1", 0, store, request_handler=Quiet)
    print(f"http://127.0.0.1:{server.server_port} {key.access_key_id} {key.secret_access_key}", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()


main()
