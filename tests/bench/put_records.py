"""PutRecords of 500 records of 180 bytes, signed, JSON, durable: beside the bare loops of put_records_floor.cc."""
import json
import os
import shutil
import statistics
import subprocess
import sys

TARGETS = ["put_records_load", "put_records_floor"]
RECORDS = 500


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(root, server, options, seconds):
    host, port = server.endpoint.removeprefix("http://").split(":")
    keys = server.keys
    return json.loads(subprocess.check_output(
        [root / "build/release/tests/bench/put_records_load", host, port, keys["accessKeyId"], keys["secretAccessKey"],
         keys["region"], "bench", str(options.connections), str(seconds)]))


def floor(root, folder, options):
    return json.loads(subprocess.check_output(
        [root / "build/release/tests/bench/put_records_floor", folder, str(options.connections), str(options.seconds)]))


def measure(root, options):
    os.environ.setdefault("WILDRYDES", str(root / "build/release/wildrydes"))
    sys.path.insert(0, str(root / "tests"))
    from conftest import Server
    folder = root / "build/bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = Server(folder)
    try:
        kinesis = server.client("kinesis")
        kinesis.create_stream(StreamName="bench", ShardCount=4)
        kinesis.get_waiter("stream_exists").wait(StreamName="bench", WaiterConfig={"Delay": 1})
        load(root, server, options, 2)
        rounds = []
        for number in range(options.rounds):
            bare = floor(root, folder, options)
            cpu = cpu_seconds(server.process.pid)
            ours = load(root, server, options, options.seconds)
            ours["cpu_us"] = (cpu_seconds(server.process.pid) - cpu) / ours["requests"] * 1e6
            ours["requests_per_s"] = ours["requests"] / ours["seconds"]
            rounds.append((bare, ours))
            print(f"round {number + 1}: {ours['requests_per_s']:8.0f} requests/s, p50 {ours['p50_ms']:.2f} ms, p99 {ours['p99_ms']:.2f} ms, "
                  f"server {ours['cpu_us']:.0f} us CPU; bare: {bare['durable_requests_per_s']:.0f} requests/s, {bare['cpu_us']:.0f} us CPU")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    def median(what):
        return statistics.median(what(bare, ours) for bare, ours in rounds)
    print(f"PutRecords, {RECORDS} records of 180 bytes, {options.connections} connections, durable (medians of {options.rounds} rounds)")
    print(f"  records/s              {median(lambda b, o: o['requests_per_s'] * RECORDS):12,.0f}")
    print(f"  CPU per request        {median(lambda b, o: o['cpu_us']):12,.0f} us   = {median(lambda b, o: o['cpu_us'] / b['cpu_us']):.2f} of the bare loop   (goal: at most 2)")
    print(f"  durable throughput     {median(lambda b, o: o['requests_per_s']):12,.0f} /s   = {median(lambda b, o: o['requests_per_s'] / b['durable_requests_per_s']):.2f} of append + fdatasync (goal: at least 0.7)")
