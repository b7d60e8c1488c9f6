"""HTTPS on the server's port: the local authority, a certificate of one's own, clear text beside it."""
import json
import os
import re
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

import boto3
import botocore.exceptions
import pytest

from conftest import BINARY


def curl(*arguments, **options):
    return subprocess.run(["curl", "-sS", "--max-time", "20", *map(str, arguments)], capture_output=True, text=True, **options)


def run(server, *arguments, **options):
    return subprocess.run([BINARY, *arguments, "--data", server.data], capture_output=True, text=True, timeout=60, **options)


@pytest.fixture
def tls_server(new_server):
    return new_server("--tls")


def test_boto3_works_with_the_local_authority_and_refuses_without_it(tls_server):
    assert tls_server.endpoint.startswith("https://127.0.0.1:")
    kinesis = tls_server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=1)
    number = kinesis.put_record(StreamName="rides", Data=b"x" * 900_000, PartitionKey="k")["SequenceNumber"]
    iterator = kinesis.get_shard_iterator(StreamName="rides", ShardId="shardId-000000000000",
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    record = kinesis.get_records(ShardIterator=iterator)["Records"][0]
    assert record["SequenceNumber"] == number and record["Data"] == b"x" * 900_000
    with pytest.raises(botocore.exceptions.SSLError):
        tls_server.client("kinesis", verify=True).list_streams()


def test_objects_in_memory_and_in_files_pass_through_tls_whole(tls_server):
    s3 = tls_server.client("s3")
    s3.create_bucket(Bucket="rides")
    for size in (0, 1, 16_384, 16_385, 9_000_000):
        body = os.urandom(size)
        s3.put_object(Bucket="rides", Key=str(size), Body=body)
        assert s3.get_object(Bucket="rides", Key=str(size))["Body"].read() == body
    part = s3.get_object(Bucket="rides", Key="9000000", Range="bytes=1000000-3000000")["Body"].read()
    assert part == body[1_000_000:3_000_001]


def test_the_authority_is_kept_and_private_and_certificates_are_new(tls_server):
    def certificate():
        host, port = tls_server.endpoint.removeprefix("https://").split(":")
        return ssl.get_server_certificate((host, int(port)))

    authority, first = tls_server.authority.read_text(), certificate()
    stored = tls_server.data / "tls/authority.pem"
    assert stored.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" in stored.read_text() and "PRIVATE KEY" not in authority
    tls_server.restart()
    assert tls_server.authority.read_text() == authority
    assert certificate() != first


def test_env_tells_clients_of_the_authority_and_they_work_with_nothing_else(tls_server):
    exports = dict(re.findall(r"^export (\w+)='(.*)'$", run(tls_server, "env").stdout, re.M))
    assert exports["AWS_ENDPOINT_URL"] == tls_server.endpoint
    assert exports["AWS_CA_BUNDLE"] == exports["NODE_EXTRA_CA_CERTS"] == str(tls_server.authority)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | exports
    done = subprocess.run(["aws", "kinesis", "list-streams"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["StreamNames"] == []
    script = "fetch(process.env.AWS_ENDPOINT_URL + '/health/live').then(r => r.text()).then(console.log)"
    done = subprocess.run(["node", "-e", script], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == '{"live":true}', done.stderr


def test_the_command_line_finds_the_authority_itself(tls_server):
    done = run(tls_server, "stream", "create", "rides")
    assert done.returncode == 0, done.stderr
    assert "rides" in run(tls_server, "stream", "list").stdout


@pytest.mark.parametrize("version, protocol", [("--http1.1", "1.1"), ("--http2", "2")])
def test_curl_agrees_on_a_version_of_http(tls_server, version, protocol):
    done = curl(version, "--cacert", tls_server.authority, "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                tls_server.endpoint + "/health/live")
    assert done.stdout == f"{protocol} 200", done.stderr


def receive_exactly(client, size):
    received = b""
    while len(received) < size:
        part = client.recv(size - len(received))
        assert part, f"the connection ended after {received[:200]!r}"
        received += part
    return received


def test_the_live_feed_is_a_websocket_over_tls_too(tls_server):
    kinesis = tls_server.client("kinesis")
    kinesis.create_stream(StreamName="wildrydes", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="wildrydes", WaiterConfig={"Delay": 1})
    host, port = tls_server.endpoint.removeprefix("https://").split(":")
    token = json.loads((tls_server.data / "credentials.json").read_text())["consoleToken"]
    context = ssl.create_default_context(cafile=str(tls_server.authority))
    context.set_alpn_protocols(["http/1.1"])
    with context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host) as client:
        client.settimeout(20)
        client.sendall(("GET /_/api/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        f"Cookie: wildrydes_session={token}\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += receive_exactly(client, 1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
        # A ping of the client, masked with noughts, is answered between the rows.
        client.sendall(b"\x89\x81\x00\x00\x00\x00p")
        reading = {"Name": "Shadowfax", "Latitude": 40.7, "Longitude": -74.0, "HealthPoints": 150, "MagicPoints": 150}
        seen = b""
        for _ in range(30):
            if b"Shadowfax" in seen and b"\x8a\x01p" in seen:
                break
            kinesis.put_record(StreamName="wildrydes", Data=json.dumps(reading), PartitionKey="k")
            first, size = receive_exactly(client, 2)
            if size == 126:
                size = int.from_bytes(receive_exactly(client, 2), "big")
            seen += bytes([first, size & 127]) + receive_exactly(client, size)
        assert b"Shadowfax" in seen and b"\x8a\x01p" in seen
        client.sendall(b"\x88\x80\x00\x00\x00\x00")
        while client.recv(4096):
            pass
    assert kinesis.list_streams()["StreamNames"] == ["wildrydes"]


def test_clear_text_is_spoken_on_the_same_port_of_this_machine(tls_server):
    done = curl("-o", "/dev/null", "-w", "%{http_code}", tls_server.endpoint.replace("https", "http") + "/health/live")
    assert done.stdout == "200"


def test_buckets_as_host_names_have_a_certificate_too(tls_server):
    port = tls_server.endpoint.rsplit(":", 1)[1]
    for host in ("localhost", "photos.s3.localhost"):
        done = curl("--cacert", tls_server.authority, "--resolve", f"{host}:{port}:127.0.0.1", "-o", "/dev/null", "-w",
                    "%{http_code}", f"https://{host}:{port}/health/live")
        assert done.stdout == "200", (host, done.stderr)


def test_old_versions_of_tls_are_refused(tls_server):
    host, port = tls_server.endpoint.removeprefix("https://").split(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        context.wrap_socket(socket.create_connection((host, int(port))))


def test_bytes_that_are_no_handshake_end_the_connection_alone(tls_server):
    host, port = tls_server.endpoint.removeprefix("https://").split(":")
    for junk in (b"\x16", b"\x16\x03\x01\xff\xff" + b"x" * 70_000, b"\x16\x03\x01\x00\x05hello"):
        with socket.create_connection((host, int(port))) as client:
            client.settimeout(5)
            try:
                client.sendall(junk)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass
            except TimeoutError:
                raise
            except OSError:
                pass  # reset, or no longer connected when the end is said
    assert tls_server.client("kinesis").list_streams()["StreamNames"] == []


@pytest.fixture
def own_certificate(tmp_path):
    """Files of a self-signed certificate for rides.example.com."""
    certificate, key = tmp_path / "own.pem", tmp_path / "own.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=rides",
                    "-addext", "subjectAltName=DNS:rides.example.com,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


def test_a_certificate_of_ones_own_is_served(tmp_path, own_certificate):
    certificate, key = own_certificate
    data = tmp_path / "data"
    with subprocess.Popen([BINARY, "up", "--data", data, "--port", "0", "--tls-cert", certificate, "--tls-key", key],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            while "AWS API" not in process.stdout.readline():
                pass
            endpoint = (data / "endpoint").read_text().strip()
            assert endpoint.startswith("https://127.0.0.1:")
            assert curl("--cacert", certificate, endpoint + "/health/live").stdout == '{"live":true}\n'
            assert "AWS_CA_BUNDLE" not in subprocess.run([BINARY, "env", "--data", data], capture_output=True, text=True).stdout
        finally:
            process.terminate()


@pytest.mark.parametrize("arguments, says", [
    (["--tls-cert", "CERT"], "belong together"),
    (["--tls-cert", "CERT", "--tls-key", "CERT"], "private key"),
    (["--tls-cert", "KEY", "--tls-key", "KEY"], "certificate"),
    (["--tls-cert", "absent.pem", "--tls-key", "KEY"], "absent.pem"),
    (["--listen", "0.0.0.0"], "add --tls"),
])
def test_a_start_with_bad_files_says_why(tmp_path, own_certificate, arguments, says):
    names = {"CERT": own_certificate[0], "KEY": own_certificate[1]}
    done = subprocess.run([BINARY, "up", "--data", tmp_path / "data", "--port", "0", *[names.get(a, a) for a in arguments]],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 5 and says in done.stderr


def test_beyond_this_machine_clear_text_is_refused_and_everything_else_works(tmp_path):
    """The server listens on every address; its own calls to itself go another way."""
    data = tmp_path / "data"
    with subprocess.Popen([BINARY, "up", "--data", data, "--port", "0", "--tls", "--listen", "0.0.0.0", "--tls-name", "rides.test"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            while "AWS API" not in process.stdout.readline():
                pass
            endpoint = (data / "endpoint").read_text().strip()
            port = endpoint.rsplit(":", 1)[1]
            assert endpoint == f"https://localhost:{port}"
            refused = curl("-w", "%{http_code}", f"http://127.0.0.1:{port}/health/live")
            assert refused.stdout == "this port speaks TLS alone: use https://\n400"
            assert curl("--http2-prior-knowledge", f"http://127.0.0.1:{port}/health/live").returncode != 0
            found = curl("--cacert", data / "tls/ca.pem", "--resolve", f"rides.test:{port}:127.0.0.1",
                         f"https://rides.test:{port}/health/live")
            assert found.stdout == '{"live":true}\n', found.stderr
            token = json.loads((data / "credentials.json").read_text())["consoleToken"]
            jar = tmp_path / "cookies"
            curl("--compressed", "--cacert", data / "tls/ca.pem", "-c", jar, "-L", f"{endpoint}/_/?session={token}")
            # The console's page asks the server, which asks itself.
            config = curl("--compressed", "--cacert", data / "tls/ca.pem", "-b", jar, f"{endpoint}/_/api/config").stdout
            assert json.loads(config)["region"] == "us-east-1", config
        finally:
            process.terminate()
