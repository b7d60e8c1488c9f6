"""Latency at several loads: what the load's own requests wait for, and how long one record takes until somebody who
polls, or who is pushed to, has it. Readers are processes of their own; all clocks are the machine's monotonic one."""
import base64
import contextlib
import json
import multiprocessing
import socket
import threading
import time
import urllib.parse

import kinesis_peers
from load import run_load, signed

PROBES_PER_S = 100
POLL_SECONDS = 0.001  # GetRecords waits for nothing, so a reader's own pause is in every figure
STREAM, SHARD = "probe", "shardId-000000000000"
LAST = b"last"


class Caller:
    """One kept-alive connection that costs little: signed bytes out, an answer's JSON back."""

    def __init__(self, target):
        self.target = target
        address = urllib.parse.urlparse(target.endpoint)
        self.socket = socket.create_connection((address.hostname, address.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def request(self, operation, **body):
        return signed(self.target, operation, json.dumps(body).encode(), "json")

    def exchange(self, request):
        self.socket.sendall(request)
        status = self.answers.readline()
        length = 0
        while (line := self.answers.readline()) != b"\r\n":
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        body = self.answers.read(length)
        if b" 200 " not in status:
            raise RuntimeError(body.decode())
        return json.loads(body)


def poll(target, iterator, seen):
    """Puts when each record was read into `seen`, by the record's data, once the last one has come."""
    caller, times = Caller(target), {}
    while LAST not in times:
        request = caller.request("GetRecords", ShardIterator=iterator)
        while True:  # an empty answer leaves the place, and so the request, as it was
            answer = caller.exchange(request)
            if answer["Records"] or answer["NextShardIterator"] != iterator and not times:
                break
            time.sleep(POLL_SECONDS)
        now = time.monotonic()
        times.update((base64.b64decode(record["Data"]), now) for record in answer["Records"])
        iterator = answer["NextShardIterator"]
    seen.put(times)


def subscribe(target, consumer, ready, seen):
    """The same by SubscribeToShard, read with boto3."""
    client = kinesis_peers.client_of(target.endpoint, target.keys)  # the parent's connections are the parent's
    subscription = client.subscribe_to_shard(ConsumerARN=consumer, ShardId=SHARD, StartingPosition={"Type": "LATEST"})
    times = {}
    ready.set()
    for event in subscription["EventStream"]:
        now = time.monotonic()
        times.update((record["Data"], now) for record in event["SubscribeToShardEvent"]["Records"])
        if LAST in times:
            break
    seen.put(times)


def put_probes(target, seconds):
    """data -> (when it was due, when it was acknowledged)"""
    caller, times = Caller(target), {}
    due = time.monotonic() + 0.1
    for i in range(seconds * PROBES_PER_S + 1):
        data = b"%d" % i if i < seconds * PROBES_PER_S else LAST
        request = caller.request("PutRecord", StreamName=STREAM, PartitionKey="unicorn", Data=base64.b64encode(data).decode())
        time.sleep(max(0, due - time.monotonic()))
        caller.exchange(request)
        times[data] = (due, time.monotonic())
        due += 1 / PROBES_PER_S
    return times


def milliseconds(seconds, share):
    return sorted(seconds)[int(len(seconds) * share)] * 1000


def register(target, name):
    """The ARN of a new consumer: one that subscribes again within five seconds is refused."""
    stream = target.client.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamARN"]
    consumer = target.client.register_stream_consumer(StreamARN=stream, ConsumerName=name)["Consumer"]["ConsumerARN"]
    while target.client.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerStatus"] != "ACTIVE":
        time.sleep(0.05)
    return consumer


def probe(target, name, seconds):
    """Names of delays and their values in seconds, one for each record; `name` is a consumer's that nobody has."""
    consumer = register(target, name)
    fork = multiprocessing.get_context("fork")
    polled, pushed, ready = fork.Queue(), fork.Queue(), fork.Event()
    at = target.client.get_shard_iterator(StreamName=STREAM, ShardId=SHARD, ShardIteratorType="LATEST")["ShardIterator"]
    readers = [fork.Process(target=poll, args=(target, at, polled), daemon=True),
               fork.Process(target=subscribe, args=(target, consumer, ready, pushed), daemon=True)]
    for reader in readers:
        reader.start()
    if not ready.wait(30):
        raise RuntimeError("SubscribeToShard was not answered")
    put = put_probes(target, seconds)
    read, got = polled.get(timeout=60), pushed.get(timeout=60)
    for reader in readers:
        reader.join()
    assert read.keys() == got.keys() == put.keys(), "each record reaches each reader"
    return {"acknowledged": [done - due for due, done in put.values()],
            "put to GetRecords": [read[data] - due for data, (due, _) in put.items()],
            "acknowledged to push": [got[data] - done for data, (_, done) in put.items()]}


@contextlib.contextmanager
def load_beside(target, bodies, connections, seconds, rate):
    """PutRecords at `rate` requests a second meanwhile; what the load saw, once it has ended."""
    seen = {}
    beside = threading.Thread(target=lambda: seen.update(run_load(
        target, target.folder, "PutRecords", bodies, connections, seconds, '"FailedRecordCount":0', rate)))
    beside.start()
    time.sleep(1)
    yield seen
    beside.join()


def show(name, delays):
    print(f"    {name:28} p50 {milliseconds(delays, 0.5):9.2f} ms   p99 {milliseconds(delays, 0.99):9.2f} ms")


def latency(target, most, bodies, options):
    """On an idle server and at 1 %, 50 % and 90 % of `most` requests a second; the stream for single records is there."""
    seconds = max(options.seconds, 5)
    print(f"Latency from the due time, durability always; 100 % = {most:,.0f} PutRecords/s of 500 records; "
          f"beside them {PROBES_PER_S} single records/s, polled each {POLL_SECONDS * 1000:.0f} ms")
    for share in (0, 0.01, 0.5, 0.9):
        print(f"  at {share:4.0%} load")
        name = f"probe-{share:.0%}".rstrip("%")
        if share == 0:
            delays = probe(target, name, seconds)
        else:
            with load_beside(target, bodies, options.connections, seconds + 3, most * share) as load:
                delays = probe(target, name, seconds)
            print(f"    {'PutRecords acknowledged':28} p50 {load['p50_ms']:9.2f} ms   p99 {load['p99_ms']:9.2f} ms")
        for name, values in delays.items():
            show(f"record {name}", values)
    print("  (goal: a push within 10 ms, p99, of the acknowledgement on an idle machine)")
