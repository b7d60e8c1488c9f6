"""HTTP/2 as clients speak it: curl, Node.js, and the JavaScript SDK, in clear text and over TLS."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import time

import botocore.config
import pytest

HERE = pathlib.Path(__file__).parent
THIRD_PARTY = pathlib.Path(os.environ.get("WILDRYDES_THIRD_PARTY", HERE.parents[1] / "build/third_party"))


def curl(*arguments, **options):
    return subprocess.run(["curl", "-sS", "--max-time", "60", *map(str, arguments)], capture_output=True, **options)


def node(script, *arguments, **environment):
    done = subprocess.run(["node", HERE / script, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "NODE_PATH": str(THIRD_PARTY / "lambda-node/node_modules"), **environment})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(params=["clear text", "TLS"])
def any_server(request, new_server):
    return new_server(*(["--tls"] if request.param == "TLS" else []))


def trust(server):
    return {"NODE_EXTRA_CA_CERTS": str(server.authority)} if server.authority else {}


def flags(server):
    return ["--http2", "--cacert", server.authority] if server.authority else ["--http2-prior-knowledge"]


def test_signed_requests_of_curl_work(any_server):
    keys = any_server.keys
    done = curl(*flags(any_server), "--aws-sigv4", f"aws:amz:{keys['region']}:kinesis", "-u",
                f"{keys['accessKeyId']}:{keys['secretAccessKey']}", "-H", "X-Amz-Target: Kinesis_20131202.ListStreams",
                "-H", "Content-Type: application/x-amz-json-1.1", "-d", "{}", "-w", "%{http_version}", any_server.endpoint)
    assert done.stdout.decode().endswith("}2"), (done.stdout, done.stderr)
    assert json.loads(done.stdout[:-1])["StreamNames"] == []


def test_objects_are_sent_and_fetched_whole(any_server, tmp_path):
    # Buckets of today refuse signatures of version 2, boto3's default for addresses.
    s3 = any_server.client("s3", config=botocore.config.Config(signature_version="s3v4", s3={"addressing_style": "path"}))
    s3.create_bucket(Bucket="rides")
    body = tmp_path / "body"
    body.write_bytes(os.urandom(20_000_000))
    put = s3.generate_presigned_url("put_object", {"Bucket": "rides", "Key": "k"})
    done = curl(*flags(any_server), "-T", body, "-w", "%{http_version} %{http_code}", put)
    assert done.stdout == b"2 200", done
    assert s3.get_object(Bucket="rides", Key="k")["Body"].read() == body.read_bytes()
    get = s3.generate_presigned_url("get_object", {"Bucket": "rides", "Key": "k"})
    assert curl(*flags(any_server), get).stdout == body.read_bytes()
    head = s3.generate_presigned_url("head_object", {"Bucket": "rides", "Key": "k"})
    assert b"content-length: 20000000" in curl(*flags(any_server), "-I", head).stdout


def test_one_connection_carries_many_requests(any_server):
    statuses = node("http2_client.cjs", any_server.endpoint, "many", **trust(any_server))["statuses"]
    assert statuses["200"] == 150 and sum(statuses.values()) == 300


def test_rapid_resets_end_the_connection_and_nobody_else_notices(any_server):
    seen = node("http2_client.cjs", any_server.endpoint, "resets", **trust(any_server))
    assert seen["goaway"] in (11, None), seen  # ENHANCE_YOUR_CALM, where it arrives before the end
    began = time.monotonic()
    assert any_server.client("kinesis").list_streams()["StreamNames"] == []
    assert time.monotonic() - began < 2


def test_a_header_that_is_too_large_is_refused(any_server):
    assert node("http2_client.cjs", any_server.endpoint, "header_too_large", **trust(any_server)) == {"status": 431}


def test_the_javascript_sdk_subscribes_to_a_shard(any_server):
    kinesis = any_server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="rides")["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")["Consumer"]["ConsumerARN"]
    environment = {k: v for k, v in any_server.environment().items() if k.startswith("AWS_")}
    seen = node("kinesis_sdk3.cjs", "rides", consumer, **environment, **trust(any_server))
    assert seen["handler"] == "NodeHttp2Handler"
    assert (seen["count"], seen["bytes"], seen["first"]) == (501, 5 + 500 * 2000, "first")
    assert seen["continuation"]


def test_a_server_with_connections_of_http_2_stops_at_once(any_server):
    with subprocess.Popen(["node", "-e", f"""
        const session = require('node:http2').connect('{any_server.endpoint}');
        const stream = session.request({{':path': '/health/live'}});
        stream.resume(); stream.on('end', () => console.log('answered'));
        session.on('close', () => process.exit(0));
        """], stdout=subprocess.PIPE, text=True, env={**os.environ, **trust(any_server)}) as client:
        assert client.stdout.readline() == "answered\n"
        began = time.monotonic()
        any_server.stop()
        assert time.monotonic() - began < 5
        assert client.wait(10) == 0


def test_both_versions_share_the_port(any_server):
    def fetch(version):
        return curl(*(flags(any_server) if version == 2 else ["--http1.1", *flags(any_server)[1:]]), "-w", "%{http_version}",
                    any_server.endpoint + "/health/live").stdout

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(fetch, [1, 2] * 10))
    assert answers == [b'{"live":true}\n1.1', b'{"live":true}\n2'] * 10
