"""A file system that fills up: writes are refused for a while, reads go on, and nothing acknowledged is lost."""
import json
import pathlib
import subprocess
import urllib.error
import urllib.request

import botocore.exceptions
import pytest

from conftest import Server
from helpers import read_stream, until

DISK_MEBIBYTES = 256
FILLER_MEBIBYTES = 100
RECORD_BYTES = 1000


@pytest.fixture
def disk(tmp_path):
    """The folder of a file system of its own, seen through the process that keeps it mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = f"mount -t tmpfs -o size={DISK_MEBIBYTES}m tmpfs {folder} && echo mounted && exec sleep infinity"
    holder = subprocess.Popen(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "mounted\n"
        yield pathlib.Path(f"/proc/{holder.pid}/root{folder}")
    finally:
        holder.kill()
        holder.wait()


@pytest.fixture
def server(disk):
    instance = Server(disk)
    yield instance
    if instance.process.poll() is None:
        instance.kill()


class Ledger:
    """What was acknowledged, by shard in order."""

    def __init__(self, kinesis):
        self.kinesis, self.count, self.data = kinesis, 0, {}

    def put(self):
        """One request; the error that refused it, or None."""
        bodies = []
        for _ in range(500):
            self.count += 1
            bodies.append(f"{self.count:0{RECORD_BYTES}}".encode())
        try:
            answer = self.kinesis.put_records(StreamName="in", Records=[
                {"Data": one, "PartitionKey": str(i)} for i, one in enumerate(bodies)])
        except botocore.exceptions.ClientError as error:
            return error
        assert answer["FailedRecordCount"] == 0
        for one, entry in zip(bodies, answer["Records"]):
            self.data.setdefault(entry["ShardId"], []).append(one)
        return None

    def compare(self):
        """Acknowledged records stand in the stream in order, among what was refused but written after all."""
        stored = [record["Data"] for record in read_stream(self.kinesis, "in")]
        assert len(stored) == len(set(stored))
        expected = [one for shard in sorted(self.data) for one in self.data[shard]]
        known = set(expected)
        assert [one for one in stored if one in known] == expected
        return len(stored)


@pytest.mark.timeout(300)
def test_a_full_disk_refuses_writes_and_heals_when_space_returns(server, disk):
    filler = disk / "filler"
    filler.write_bytes(bytes(FILLER_MEBIBYTES * 1024 * 1024))
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="in", ShardCount=2)
    ledger = Ledger(kinesis)

    refusal = None
    for _ in range(DISK_MEBIBYTES * 2):
        refusal = ledger.put()
        if refusal:
            break
    assert refusal, "the disk was never full"
    # What SDKs repeat: a failure of the server.
    assert refusal.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert refusal.response["Error"]["Code"] == "InternalFailure"
    assert ledger.put(), "and is refused again"
    ledger.compare()
    assert "are free" in not_ready(server)["error"]

    filler.unlink()
    until("writes are taken again", 30, lambda: ledger.put() is None)
    stored = ledger.compare()

    server.kill()
    server.start()
    ledger.kinesis = server.client("kinesis")
    assert ledger.compare() == stored
    print(f"{sum(map(len, ledger.data.values()))} acknowledged, {stored} stored")
    assert ledger.put() is None


def not_ready(server):
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(server.endpoint + "/health/ready", timeout=10)
    assert answer.value.code == 503
    return json.load(answer.value)
