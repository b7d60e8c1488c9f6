"""Kinesis: PutRecords beside bare loops, PutRecord beside nginx, GetRecords per core, many shards beside one, latency
at several loads, and all of it beside other implementations. Every line names the durability it was measured with."""
import base64
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

import kinesis_latency
import kinesis_peers
from load import ROOT, Target, run_load

sys.path.insert(0, str(ROOT / "tests"))
TARGETS = ["wildrydes", "http_load", "put_records_floor"]
RECORDS, RECORD_BYTES = 500, 180


def record(chance):
    return {"Data": base64.b64encode(chance.randbytes(RECORD_BYTES)).decode(), "PartitionKey": f"unicorn{chance.randrange(1000)}"}


def put_records_bodies(stream, distinct=64):
    chance = random.Random(7)
    return [json.dumps({"StreamName": stream, "Records": [record(chance) for _ in range(RECORDS)]}).encode()
            for _ in range(distinct)]


def put_record_bodies(stream, distinct=1024):
    chance = random.Random(7)
    return [json.dumps({"StreamName": stream, **record(chance)}).encode() for _ in range(distinct)]


@contextlib.contextmanager
def server(options, *arguments):
    """A server of our own on an empty folder, as a target; `client` of the target is boto3's."""
    os.environ.setdefault("WILDRYDES", str(ROOT / "build/release/wildrydes"))
    from conftest import Server
    folder = ROOT / "build/bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.monotonic()
    started = Server(folder, *arguments)
    target = Target("wildrydes", started.endpoint, [started.process.pid], started.keys)
    started.client("kinesis").list_streams()
    target.start_seconds = time.monotonic() - began
    target.client, target.folder = started.client("kinesis"), folder
    try:
        yield target
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def create(target, name, shards):
    target.client.create_stream(StreamName=name, ShardCount=shards)
    while target.client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] != "ACTIVE":
        time.sleep(0.05)


def load_put_records(target, stream, connections, seconds, rate=None):
    return run_load(target, target.folder, "PutRecords", put_records_bodies(stream), connections, seconds,
                    '"FailedRecordCount":0', rate)


def median(rounds, what):
    return statistics.median(what(*one) for one in rounds)


def put_records(options):
    """500 records of 180 bytes, signed, JSON, durable, beside hash + parse + decode + append and append + fdatasync."""
    with server(options) as target:
        create(target, "bench", 4)
        load_put_records(target, "bench", options.connections, 2)
        rounds = []
        for _ in range(options.rounds):
            bare = json.loads(subprocess.check_output([ROOT / "build/release/tests/bench/put_records_floor", target.folder,
                                                       str(options.connections), str(options.seconds)]))
            rounds.append((bare, load_put_records(target, "bench", options.connections, options.seconds)))
    print(f"PutRecords, {RECORDS} x {RECORD_BYTES} bytes, {options.connections} connections, durability always")
    print(f"  records/s              {median(rounds, lambda b, o: o['per_s'] * RECORDS):12,.0f}   p50 "
          f"{median(rounds, lambda b, o: o['p50_ms']):.2f} ms, p99 {median(rounds, lambda b, o: o['p99_ms']):.2f} ms")
    print(f"  CPU per request        {median(rounds, lambda b, o: o['cpu_us']):12,.0f} us   = "
          f"{median(rounds, lambda b, o: o['cpu_us'] / b['cpu_us']):.2f} of the bare loop   (goal: at most 2)")
    print(f"  requests/s             {median(rounds, lambda b, o: o['per_s']):12,.0f}      = "
          f"{median(rounds, lambda b, o: o['per_s'] / b['durable_requests_per_s']):.2f} of append + fdatasync   (goal: at least 0.7)")


@contextlib.contextmanager
def nginx(folder):
    """nginx that answers 200 to whatever it is sent."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = 18080
    (folder / "nginx.conf").write_text(f"""
worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}; keepalive_requests 100000000;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{{"SequenceNumber":"1"}}'; }} }} }}
""")
    process = subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    workers = subprocess.check_output(["pgrep", "-P", str(process.pid)], text=True).split()
    try:
        yield Target("nginx", f"http://127.0.0.1:{port}", [int(pid) for pid in workers])
    finally:
        process.terminate()
        process.wait()


def put_record(options):
    """One record of 180 bytes at 64 connections, durability os, beside nginx answering 200 to the same requests."""
    with server(options, "--durability", "os") as target, nginx(target.folder) as other:
        create(target, "bench", 4)
        rounds = []
        for _ in range(options.rounds):
            bodies = put_record_bodies("bench")
            rounds.append((run_load(other, target.folder, "PutRecord", bodies, 64, options.seconds, "SequenceNumber"),
                           run_load(target, target.folder, "PutRecord", bodies, 64, options.seconds, "SequenceNumber")))
    print(f"PutRecord, {RECORD_BYTES} bytes, 64 connections, durability os")
    print(f"  requests/s             {median(rounds, lambda n, o: o['per_s']):12,.0f}      = "
          f"{median(rounds, lambda n, o: o['per_s'] / n['per_s']):.2f} of nginx's {median(rounds, lambda n, o: n['per_s']):,.0f}   "
          f"(goal: at least 0.5); {median(rounds, lambda n, o: o['cpu_us']):.0f} us CPU, p99 {median(rounds, lambda n, o: o['p99_ms']):.2f} ms")


def fill(target, stream, record_bytes, bytes_in_all):
    """Random data under the keys of a thousand unicorns."""
    chance = random.Random(7)
    per_put = max(1, min(RECORDS, 4_000_000 // record_bytes))
    for _ in range(bytes_in_all // (per_put * record_bytes) + 1):
        target.client.put_records(StreamName=stream, Records=[
            {"Data": chance.randbytes(record_bytes), "PartitionKey": f"unicorn{chance.randrange(1000)}"} for _ in range(per_put)])


def pages_of(target, stream, count):
    """Places in a stream of one shard, each a page further on, and the data of such a page in bytes."""
    at = target.client.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000",
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    found, sizes = [], set()
    for _ in range(count):
        found.append(at)
        answer = target.client.get_records(ShardIterator=at, Limit=10_000)
        at = answer["NextShardIterator"]
        sizes.add(sum(len(record["Data"]) for record in answer["Records"]))
    assert len(sizes) == 1, "pages of different sizes"
    return found, sizes.pop()


def page_request(iterator, protocol):
    if protocol == "json":
        return json.dumps({"ShardIterator": iterator, "Limit": 10_000}).encode()
    text = lambda value: b"\x79" + len(value).to_bytes(2, "big") + value.encode()
    return b"\xa2" + text("ShardIterator") + text(iterator) + text("Limit") + b"\x19" + (10_000).to_bytes(2, "big")


def get_records(options):
    """Pages of 10,000 records, or of 10 MiB, out of the page cache: record data per second of the server's CPU time."""
    print("GetRecords, whole pages, 2 connections, records written with durability always   (goal: at least 1 GB/s per core)")
    for record_bytes in (RECORD_BYTES, 1024, 10_240):
        with server(options) as target:
            create(target, "bench", 1)
            fill(target, "bench", record_bytes, 13 * min(10_485_760, 10_000 * record_bytes))
            places, data = pages_of(target, "bench", 12)
            for protocol in ("json", "cbor"):
                requests = [page_request(place, protocol) for place in places]
                rounds = [(run_load(target, target.folder, "GetRecords", requests, 2, options.seconds, "Records", protocol=protocol),)
                          for _ in range(options.rounds)]
                print(f"  {record_bytes:6,} bytes, {protocol:4}     {median(rounds, lambda o: data / o['cpu_us'] / 1000):12.2f} GB/s per core   "
                      f"{median(rounds, lambda o: o['per_s'] * data / record_bytes):12,.0f} records/s   p50 {median(rounds, lambda o: o['p50_ms']):.2f} ms")


def many_shards(options):
    """The same records to a stream of 1,000 shards and to one of 1."""
    with server(options) as target:
        create(target, "one", 1)
        create(target, "thousand", 1000)
        rounds = [(load_put_records(target, "one", options.connections, options.seconds),
                   load_put_records(target, "thousand", options.connections, options.seconds)) for _ in range(options.rounds)]
    print("PutRecords to 1,000 shards beside 1 shard, durability always")
    print(f"  CPU per request        {median(rounds, lambda a, b: b['cpu_us']):12,.0f} us   = "
          f"{median(rounds, lambda a, b: b['cpu_us'] / a['cpu_us']):.2f} of one shard's   (goal: at most 1.2)")


def latency(options):
    """Requests and single records, to who acknowledges, polls and is pushed to, at shares of what was just measured."""
    with server(options) as target:
        create(target, "bench", 4)
        create(target, kinesis_latency.STREAM, 1)
        most = load_put_records(target, "bench", options.connections, options.seconds)["per_s"]
        kinesis_latency.latency(target, most, put_records_bodies("bench"), options)


def disk_megabytes(folder):
    """`du` may meet a file that goes meanwhile: it says so and counts the others."""
    return int(subprocess.run(["du", "-sm", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split()[0])


def soak(options):
    """Half the measured rate for --minutes: memory, open files and latency by the minute.

    Each minute writes a stream of its own and deletes the one before, as an hour of records would fill the disk."""
    with server(options) as target:
        create(target, "bench-0", 4)
        most = load_put_records(target, "bench-0", options.connections, options.seconds)["per_s"]
        rate = most / 2
        print(f"PutRecords for {options.minutes} minutes at {rate * RECORDS:,.0f} records/s, half of what was measured, durability always")
        print("  minute      records/s     p50 ms     p99 ms   resident MB   open files   log on disk MB")
        rows = []
        for minute in range(1, options.minutes + 1):
            create(target, f"bench-{minute}", 4)
            target.client.delete_stream(StreamName=f"bench-{minute - 1}")
            seen = load_put_records(target, f"bench-{minute}", options.connections, 59, rate=rate)
            files = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in target.pids)
            disk = disk_megabytes(target.folder)
            rows.append((seen["per_s"] * RECORDS, seen["p50_ms"], seen["p99_ms"], target.resident_megabytes(), files, disk))
            print(f"  {minute:6}" + "".join(f"{value:>{width},.{digits}f}" for value, width, digits in
                                            zip(rows[-1], (15, 11, 11, 14, 13, 17), (0, 2, 2, 0, 0, 0))), flush=True)
    quarter = max(1, len(rows) // 4)
    for name, column in (("p99 ms", 2), ("resident MB", 3), ("open files", 4)):
        first, last = (statistics.median(row[column] for row in part) for part in (rows[:quarter], rows[-quarter:]))
        print(f"  {name:12} {first:10,.1f} in the first quarter, {last:10,.1f} in the last")


def peers(options):
    """Beside kinesis-mock and moto."""
    bodies = {"PutRecord": put_record_bodies("bench"), "PutRecords": put_records_bodies("bench")}
    kinesis_peers.peers(options, lambda: server(options), bodies)


MEASUREMENTS = {"put_records": put_records, "put_record": put_record, "get_records": get_records,
                "many_shards": many_shards, "latency": latency, "peers": peers}
ON_REQUEST = {"soak": soak}
