"""A consumer as the Kinesis Client Library is one keeps every record, in order, across all that may happen to it."""
import contextlib
import threading
import time

import botocore.exceptions
import pytest

from helpers import until
from lease_worker import SHARD_END, Calls, Worker, make_table

STREAM = "rides"
KEYS = [f"unicorn-{i}" for i in range(12)]


class Producer(threading.Thread):
    """Numbers the records of each key, and repeats one until it is acknowledged."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.stopped = threading.Event()
        self.call = Calls(server, self.stopped)
        self.stored = {key: 0 for key in KEYS}
        self.failure = None

    def run(self):
        number = 0
        try:
            while not self.stopped.is_set():
                number += 1
                for key in KEYS:
                    self.put(key, number)
                time.sleep(0.01)
        except Exception as error:
            self.failure = error

    def put(self, key, number):
        deadline = time.monotonic() + 30
        while True:
            try:
                self.call("kinesis", "put_record", StreamName=STREAM, PartitionKey=key, Data=f"{key} {number}".encode())
                self.stored[key] = number
                return
            except botocore.exceptions.ClientError:
                assert time.monotonic() < deadline
                time.sleep(0.05)  # the server is ending


class Processed:
    """What workers were handed, in the order in which they were."""

    def __init__(self):
        self.mutex = threading.Lock()
        self.newest = {key: 0 for key in KEYS}
        self.count = 0
        self.faults = []
        self.workers = set()

    def __call__(self, worker, shard, records):
        with self.mutex:
            self.workers.add(worker.name)
            for record in records:
                key, number = record["Data"].decode().split()
                self.count += 1
                # Something seen before may come again; something new is the very next.
                if int(number) > self.newest[key] + 1:
                    self.faults.append(f"{worker.name}, {shard}: {key} {number} after {self.newest[key]}")
                self.newest[key] = max(self.newest[key], int(number))


@pytest.fixture
def scene(new_server):
    server = new_server()
    call = Calls(server, threading.Event())
    call("kinesis", "create_stream", StreamName=STREAM, ShardCount=2)
    until("stream", 30, lambda: summary(call)["StreamStatus"] == "ACTIVE")
    make_table(call)
    started = []

    def start(thread):
        started.append(thread)
        thread.start()
        return thread

    yield server, call, start
    for thread in started:
        thread.stopped.set()
    for thread in started:
        thread.join(40)


def summary(call):
    return call("kinesis", "describe_stream_summary", StreamName=STREAM)["StreamDescriptionSummary"]


def open_shards(call):
    shards = call("kinesis", "list_shards", StreamName=STREAM)["Shards"]
    return sorted((s for s in shards if "EndingSequenceNumber" not in s["SequenceNumberRange"]),
                  key=lambda s: int(s["HashKeyRange"]["StartingHashKey"]))


def split(call, shard):
    first, last = (int(shard["HashKeyRange"][name]) for name in ("StartingHashKey", "EndingHashKey"))
    call("kinesis", "split_shard", StreamName=STREAM, ShardToSplit=shard["ShardId"], NewStartingHashKey=str((first + last) // 2))


def test_no_record_is_lost_or_out_of_order(scene):
    server, call, start = scene
    processed = Processed()
    producer = start(Producer(server))

    def worker(name):
        return start(Worker(name, server, STREAM, processed))

    def well(condition):
        """The condition; a failed thread or a fault of order at once."""
        for thread in [producer, *workers]:
            assert thread.failure is None, f"{thread.name}: {thread.failure!r}"
        assert processed.faults == []
        return condition()

    def goes_on():
        """What is stored now will be processed."""
        stored = dict(producer.stored)
        until("processing", 30, lambda: well(lambda: all(processed.newest[key] >= stored[key] for key in KEYS)))

    @contextlib.contextmanager
    def behind():
        """Meanwhile nobody reads: parents and children both have records that wait."""
        def more(count):
            wanted = {key: number + count for key, number in producer.stored.items()}
            until("records", 30, lambda: well(lambda: all(producer.stored[key] >= wanted[key] for key in KEYS)))

        for each in workers:
            each.paused.set()
        more(10)
        yield
        more(10)
        for each in workers:
            each.paused.clear()

    workers = [worker("one")]
    until("all leases", 15, lambda: well(lambda: len(workers[0].shards) == 2))
    workers.append(worker("two"))
    until("a stolen lease", 15, lambda: well(lambda: len(workers[0].shards) == len(workers[1].shards) == 1))
    assert workers[1].stolen == 1
    goes_on()

    with behind():
        split(call, open_shards(call)[0])
        until("split", 15, lambda: summary(call)["OpenShardCount"] == 3)
    goes_on()
    with behind():
        lower, upper = open_shards(call)[1:]
        call("kinesis", "merge_shards", StreamName=STREAM, ShardToMerge=lower["ShardId"], AdjacentShardToMerge=upper["ShardId"])
        until("merge", 15, lambda: summary(call)["OpenShardCount"] == 2)
    goes_on()

    server.kill()
    server.start()
    goes_on()

    workers[0].stop()  # without a word; who is left takes over what it held
    until("taken over", 20, lambda: well(lambda: len(workers[1].shards) == 2))
    goes_on()

    producer.stopped.set()
    producer.join(40)
    goes_on()
    until("the tip", 20, lambda: well(lambda: workers[1].idle == set(workers[1].shards)))
    leases = workers[1].leases()
    workers[1].stop()
    assert processed.workers == {"one", "two"}
    assert sum(lease.checkpoint == SHARD_END for lease in leases.values()) == 3
    assert len(leases) == 5

    # Who comes later begins at the checkpoints: nothing is handed on again.
    before = processed.count
    assert before >= sum(producer.stored.values()) > 100
    workers.append(worker("three"))
    until("everything at its tip", 20, lambda: well(
        lambda: len(workers[2].shards) == 2 and workers[2].idle == set(workers[2].shards)))
    assert processed.count == before
