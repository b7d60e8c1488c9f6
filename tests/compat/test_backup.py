"""`wildrydes verify` names damage; `wildrydes backup` copies a server under load, and a server starts on the copy."""
import hashlib
import json
import os
import re
import subprocess
import threading
import time

import pytest

from conftest import BINARY, Server
from helpers import read_stream


def run(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def back_up(server, to):
    return run("backup", to, "--data", server.data)


@pytest.fixture
def restored(tmp_path):
    """restored(backup): a server on it."""
    servers = []

    def start(folder):
        servers.append(Server(folder))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture
def filled(new_server):
    """A stopped server's data directory with records, rows and objects of both kinds."""
    server = new_server()
    kinesis, dynamodb, s3 = (server.client(s) for s in ("kinesis", "dynamodb", "s3"))
    kinesis.create_stream(StreamName="rides", ShardCount=2)
    for i in range(200):
        kinesis.put_record(StreamName="rides", Data=f"record {i}".encode() * 50, PartitionKey=str(i))
    dynamodb.create_table(TableName="rides", BillingMode="PAY_PER_REQUEST",
                          KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    dynamodb.put_item(TableName="rides", Item={"k": {"S": "a"}, "v": {"S": "x" * 1000}})
    s3.create_bucket(Bucket="rides")
    s3.put_object(Bucket="rides", Key="small", Body=b"small")
    s3.put_object(Bucket="rides", Key="large", Body=os.urandom(100_000))
    upload = s3.create_multipart_upload(Bucket="rides", Key="parts")["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(Bucket="rides", Key="parts", UploadId=upload, PartNumber=n,
                                                      Body=os.urandom(size))["ETag"]}
             for n, size in ((1, 5 * 2**20), (2, 1000))]
    s3.complete_multipart_upload(Bucket="rides", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    server.stop()
    return server


def flip(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x10
    path.write_bytes(data)


def test_an_intact_directory_is_called_intact(filled):
    done = run("verify", filled.data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^log +1 segments, \d+ entries, 67108864 bytes$", done.stdout, re.M), done.stdout
    assert re.search(r"^objects +3 objects and parts, \d+ bytes$", done.stdout, re.M)
    assert done.stdout.endswith("intact\n")


def test_a_byte_that_changed_in_the_log_is_named_with_file_and_offset(filled):
    segment = filled.data / "log/0000000000000001.log"
    offset = segment.read_bytes().index(b"record 77record 77")
    flip(segment, offset)
    done = run("verify", filled.data)
    assert done.returncode == 1
    [(path, found)] = re.findall(r"^DAMAGED  (\S+) at offset (\d+): ", done.stdout, re.M)
    assert path == str(segment) and offset - 400 < int(found) < offset
    # A server says the same, and both leave the files as they are.
    refused = run("up", "--data", filled.data, "--port", "0")
    assert refused.returncode == 5 and f"{segment} is damaged at offset {found}" in refused.stderr
    flip(segment, offset)
    assert run("verify", filled.data).returncode == 0


def test_a_byte_that_changed_in_a_data_file_is_named_with_file_and_object(filled):
    files = [p for p in filled.data.glob("objects/*/*")]
    assert len(files) >= 2
    for path in files:
        flip(path, path.stat().st_size // 2)
    done = run("verify", filled.data)
    assert done.returncode == 1
    assert "object rides/large: " in done.stdout and "object rides/parts: " in done.stdout
    assert all(str(path) in done.stdout for path in files)


def test_a_byte_that_changed_in_a_table_file_is_named(filled):
    server = Server(filled.folder)  # its stop and start write what was in memory to files
    target = filled.folder / "flushed"
    assert back_up(server, target).returncode == 0
    server.stop()
    tables = sorted(target.glob("kv/*.sst"), key=lambda p: p.stat().st_size)
    assert tables
    flip(tables[-1], 100)
    done = run("verify", target)
    assert done.returncode == 1 and tables[-1].name in done.stdout, done.stdout + done.stderr


def test_a_missing_data_file_is_named(filled):
    path = next(iter(filled.data.glob("objects/*/*")))
    path.unlink()
    done = run("verify", filled.data)
    assert done.returncode == 1 and str(path) in done.stdout


def test_what_cannot_be_verified_is_said(filled, tmp_path):
    assert "is no data directory" in run("verify", tmp_path / "absent").stderr
    server = Server(filled.folder)
    done = run("verify", filled.data)
    server.kill()
    assert done.returncode == 5 and "in use by another process" in done.stderr


class Load(threading.Thread):
    """Writes to a stream, a table and a bucket until told to stop; remembers what was acknowledged, and when."""

    def __init__(self, server, number):
        super().__init__()
        self.kinesis, self.dynamodb, self.s3 = (server.client(s) for s in ("kinesis", "dynamodb", "s3"))
        self.number, self.stopping, self.count, self.objects = number, threading.Event(), 0, {}
        self.failure = None

    def run(self):
        try:
            while not self.stopping.is_set():
                self.step(self.count + 1)
                self.count += 1
        except Exception as error:  # told by the test
            self.failure = error

    def step(self, i):
        self.kinesis.put_record(StreamName="load", Data=f"{self.number}/{i}".encode(), PartitionKey=str(self.number))
        self.dynamodb.put_item(TableName="load", Item={"k": {"S": f"{self.number}/{i}"}})
        # Overwritten all the time: every old data file goes.
        key, body = f"{self.number}-{i % 5}", f"{self.number}/{i} ".encode() * 4000
        self.s3.put_object(Bucket="load", Key=key, Body=body)


def test_backups_under_load_are_consistent_and_start(new_server, restored, tmp_path):
    server = new_server()
    kinesis, dynamodb, s3 = (server.client(s) for s in ("kinesis", "dynamodb", "s3"))
    kinesis.create_stream(StreamName="load", ShardCount=2)
    dynamodb.create_table(TableName="load", BillingMode="PAY_PER_REQUEST",
                          KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    s3.create_bucket(Bucket="load")
    loads = [Load(server, n) for n in range(3)]
    for load in loads:
        load.start()
    taken = []
    for i in range(4):
        time.sleep(0.5)
        before = {load.number: load.count for load in loads}
        folder = tmp_path / f"backup{i}"
        folder.mkdir()
        done = back_up(server, folder / "data")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["directory"] == str(folder / "data")
        taken.append((folder, before))
        if i == 1:  # the stream changes its shape meanwhile
            kinesis.split_shard(StreamName="load", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2 ** 126))
    for load in loads:
        load.stopping.set()
        load.join()
        assert load.failure is None, load.failure
    for folder, before in taken:
        done = run("verify", folder / "data")
        assert done.returncode == 0, done.stdout + done.stderr
        check(restored(folder), before)
    # And the server itself has lost nothing by being copied.
    check(server, {load.number: load.count for load in loads})


def check(server, before):
    """Everything acknowledged before the backup is there, in order, and each object is whole."""
    kinesis, dynamodb, s3 = (server.client(s) for s in ("kinesis", "dynamodb", "s3"))
    records = [r["Data"].decode().split("/") for r in read_stream(kinesis, "load")]
    rows = {item["k"]["S"] for page in dynamodb.get_paginator("scan").paginate(TableName="load") for item in page["Items"]}
    for number, count in before.items():
        of_one = [int(i) for n, i in records if n == str(number)]
        assert sorted(of_one) == list(range(1, len(of_one) + 1)) and len(of_one) >= count
        assert {f"{number}/{i}" for i in range(1, count + 1)} <= rows
        # Tables are captured while the log stands still: no row without the record before it.
        assert len([r for r in rows if r.startswith(f"{number}/")]) <= len(of_one)
    for entry in s3.list_objects_v2(Bucket="load").get("Contents", []):
        answer = s3.get_object(Bucket="load", Key=entry["Key"])
        assert f'"{hashlib.md5(answer["Body"].read()).hexdigest()}"' == answer["ETag"]
    # It goes on as a server of its own.
    kinesis.put_record(StreamName="load", Data=b"9/1", PartitionKey="later")
    server.restart()
    assert len(read_stream(server.client("kinesis"), "load")) == len(records) + 1


def test_a_backup_that_cannot_be_made_is_refused_and_leaves_nothing(new_server, tmp_path):
    server = new_server()
    there = tmp_path / "there"
    there.mkdir()
    done = back_up(server, there)
    assert done.returncode == 4 and "is already there" in done.stderr
    done = back_up(server, server.data / "inside")
    assert done.returncode == 4 and "lies in the data directory" in done.stderr
    assert not list(server.data.glob("inside*"))
    done = run("backup", tmp_path / "x", "--data", tmp_path)
    assert done.returncode == 5 and "no keys" in done.stderr
    memory = new_server("--memory")
    done = back_up(memory, tmp_path / "y")
    assert done.returncode == 4 and "--memory" in done.stderr


def test_private_files_stay_private_and_a_start_makes_a_backup_a_directory_like_any_other(new_server, restored, tmp_path):
    server = new_server()
    target = tmp_path / "copy" / "data"
    target.parent.mkdir()
    assert back_up(server, target).returncode == 0
    assert (target / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((target / "BACKUP").read_text())["logSegment"] == 1
    copy = restored(target.parent)
    assert copy.keys == server.keys
    assert not (target / "BACKUP").exists()
