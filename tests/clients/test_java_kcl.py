"""The Kinesis Client Library itself (Java, MultiLangDaemon): CBOR, leases in DynamoDB, metrics to CloudWatch, through a
reshard and a kill of the server. For machines with Java: WR_MAVEN is the address of a Maven repository; the jars come from there once."""
import hashlib
import os
import pathlib
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest

from helpers import until

HERE = pathlib.Path(__file__).resolve().parent / "kcl"
JARS = pathlib.Path(__file__).resolve().parents[2] / "build/clients/kcl"
MAVEN = os.environ.get("WR_MAVEN", "")
STREAM, KEYS = "rides", [f"unicorn-{i}" for i in range(10)]

pytestmark = pytest.mark.skipif(not MAVEN, reason="WR_MAVEN=<address of a Maven repository> runs the Java library")


def class_path():
    JARS.mkdir(parents=True, exist_ok=True)
    found = []
    for line in (HERE / "jars.txt").read_text().splitlines():
        path, wanted = line.split()
        jar = JARS / path.rsplit("/", 1)[1]
        if not jar.exists():
            content = urllib.request.urlopen(f"{MAVEN.rstrip('/')}/{path}", timeout=60).read()
            assert hashlib.sha256(content).hexdigest() == wanted, path
            jar.write_bytes(content)
        found.append(str(jar))
    return ":".join(found)


class Daemon:
    def __init__(self, server, folder, retrieval):
        self.out = folder / "out"
        self.out.mkdir()
        self.log = folder / "kcl.log"
        (folder / "kcl.properties").write_text(f"""
executableName = {sys.executable} {HERE / "processor.py"} {self.out}
streamName = {STREAM}
applicationName = riders
AwsCredentialsProvider = DefaultCredentialsProvider
processingLanguage = python
initialPositionInStream = TRIM_HORIZON
regionName = {server.keys["region"]}
kinesisEndpoint = {server.endpoint}
dynamoDBEndpoint = {server.endpoint}
retrievalMode = {retrieval}
idleTimeBetweenReadsInMillis = 200
failoverTimeMillis = 3000
shardSyncIntervalMillis = 2000
metricsLevel = DETAILED
metricsBufferTimeMillis = 1000
""")
        environment = dict(server.environment(), AWS_EC2_METADATA_DISABLED="true", AWS_MAX_ATTEMPTS="5")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["java", "-Xmx256m", "-cp", f"{folder}:{class_path()}", "software.amazon.kinesis.multilang.MultiLangDaemon",
                 "--properties-file", "kcl.properties"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def lines(self):
        """Of every shard's file, in order: (key, number)."""
        for path in sorted(self.out.iterdir()):
            whole = path.read_bytes()
            for line in whole[:whole.rfind(b"\n") + 1].decode().splitlines():
                key, number = line.split()
                yield path.name, key, int(number)

    def has(self, number):
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        seen = {(key, n) for _, key, n in self.lines()}
        return all((key, n) in seen for key in KEYS for n in range(1, number + 1))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.mark.parametrize("retrieval", ["POLLING", "FANOUT"])
def test_the_library_reads_every_record_in_order(new_server, tmp_path, retrieval):
    server = new_server()
    server.port = str(urllib.parse.urlparse(server.endpoint).port)  # where the library will look for it after the kill
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName=STREAM, ShardCount=2)

    def summary():
        return kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]

    def put(first, last):
        for number in range(first, last + 1):
            for key in KEYS:
                kinesis.put_record(StreamName=STREAM, PartitionKey=key, Data=str(number).encode())

    until("stream", 30, lambda: summary()["StreamStatus"] == "ACTIVE")
    put(1, 5)
    daemon = Daemon(server, tmp_path, retrieval)
    try:
        until("the first records", 180, lambda: daemon.has(5))
        put(6, 8)
        kinesis.split_shard(StreamName=STREAM, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2 ** 126))
        until("split", 30, lambda: summary()["OpenShardCount"] == 3)
        put(9, 12)
        until("records around the split", 180, lambda: daemon.has(12))
        server.kill()
        server.start()
        put(13, 15)
        until("records after the kill", 180, lambda: daemon.has(15))
        newest = {}
        for shard, key, number in daemon.lines():
            assert number <= newest.get((shard, key), number - 1) + 1, f"{shard}: {key} {number}"
            newest[(shard, key)] = max(number, newest.get((shard, key), 0))
        # Metrics do not outlive the server, and the library sends them in its own time.
        until("the library's metrics", 30, lambda: server.client("cloudwatch").list_metrics(
            Namespace="riders", MetricName="RecordsProcessed")["Metrics"])
        tables = server.client("dynamodb").list_tables()["TableNames"]
        assert "riders" in tables
    finally:
        daemon.stop()
