#!/usr/bin/env python3
"""Prints random requests signed by botocore, one JSON object a line.

The unit test of src/auth reads them: what botocore signs must verify, what is changed afterwards
must not.
"""

import base64
import datetime
import json
import random
import sys
from urllib.parse import quote

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 11, 22, 12, 0, 0, tzinfo=datetime.timezone.utc)
REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"]
SERVICES = ["kinesis", "dynamodb", "lambda", "sts", "iam", "cognito-identity", "athena", "s3"]
LETTERS = "abcXYZ019-_.~/ %+=&;:@$,!'()*ü€🦄"


def text(rng, low, high, letters=LETTERS):
    return "".join(rng.choice(letters) for _ in range(rng.randint(low, high)))


def make_url(rng, service):
    if service == "s3":
        path = "/" + quote("bucket-" + text(rng, 1, 4, "abc") + "/" + text(rng, 0, 24), safe="/~")
    elif service == "lambda":
        path = "/2015-03-31/functions/" + quote(text(rng, 1, 24), safe="~") + "/invocations"
    else:
        path = "/" + quote(text(rng, 0, 12), safe="/~") * rng.randint(0, 1)
    pairs = [
        quote(text(rng, 1, 8), safe="-_.~") + "=" + quote(text(rng, 0, 8), safe="-_.~")
        for _ in range(rng.choice([0, 0, 1, 3]))
    ]
    return "http://localhost:4566" + path + ("?" + "&".join(pairs) if pairs else "")


def make_request(rng):
    service = rng.choice(SERVICES)
    region = rng.choice(REGIONS)
    method = rng.choice(["GET", "POST", "PUT", "DELETE", "HEAD"])
    body = rng.randbytes(rng.randint(1, 300)) if method in ("POST", "PUT") else b""
    headers = {}
    for _ in range(rng.randint(0, 3)):
        name = rng.choice(
            ["Content-Type", "X-Amz-Target", "x-amz-meta-Colour", "My-Header", "Range"]
        )
        headers[name] = text(rng, 1, 20, "abc XYZ019/=;,\"")
    if rng.random() < 0.1 and service != "s3":
        headers["Date"] = "now"
    token = text(rng, 20, 60, "abcXYZ019+/=") if rng.random() < 0.4 else None
    credentials = Credentials("AKIDEXAMPLE", "secret/" + service + "+key", token)
    presigned = rng.random() < 0.25
    if presigned and service != "s3":
        body = b""
    # botocore would move a body into the query of a presigned request; S3's body is not signed.
    data = b"" if presigned else body
    request = AWSRequest(method=method, url=make_url(rng, service), data=data, headers=headers)
    if service == "s3":
        if presigned:
            signer = botocore.auth.S3SigV4QueryAuth(credentials, service, region, expires=600)
        else:
            signer = botocore.auth.S3SigV4Auth(credentials, service, region)
    elif presigned:
        signer = botocore.auth.SigV4QueryAuth(credentials, service, region, expires=600)
    else:
        signer = botocore.auth.SigV4Auth(credentials, service, region)
    signer.add_auth(request)
    prepared = request.prepare()
    target = prepared.url[len("http://localhost:4566"):]
    sent = {"Host": "localhost:4566"}
    for name, value in prepared.headers.items():
        sent[name] = value.decode() if isinstance(value, bytes) else value
    return {
        "method": method,
        "target": target,
        "headers": sorted(sent.items()),
        "body": base64.b64encode(body).decode(),
        "service": service,
        "region": region,
        "secret": credentials.secret_key,
        "token": token or "",
        "presigned": presigned,
    }


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    botocore.auth.get_current_datetime = lambda *_, **__: NOW.replace(tzinfo=None)
    rng = random.Random(seed)
    for _ in range(count):
        print(json.dumps(make_request(rng)))


if __name__ == "__main__":
    main()
