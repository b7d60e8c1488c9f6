"""Other implementations of Kinesis under the same load in the same run: what each takes in and gives out, how soon it
answers after its start, what memory it needs. They keep records in memory; the program keeps them on the disk."""
import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

import boto3
import botocore.config
import botocore.exceptions

from load import KEYS, ROOT, Target, run_load

PINNED = pathlib.Path(__file__).resolve().parent / "peers"
INSTALLED = ROOT / "build/peers"
MOTO = "moto[server]==5.2.5"
CONNECTIONS = 16
PAGE = 1_000


def install():
    """Both into build/peers, unless they are there in the pinned versions."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    wanted = (PINNED / "package-lock.json").read_text() + MOTO
    stamp = INSTALLED / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy2(PINNED / name, INSTALLED / name)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=INSTALLED, check=True, timeout=900)
    subprocess.run([sys.executable, "-m", "venv", INSTALLED / "moto"], check=True, timeout=120)
    subprocess.run([INSTALLED / "moto/bin/pip", "install", "-q", "--disable-pip-version-check", MOTO], check=True, timeout=900)
    stamp.write_text(wanted)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def client_of(endpoint, keys=KEYS):
    config = botocore.config.Config(retries={"max_attempts": 0, "mode": "standard"}, connect_timeout=5, read_timeout=120)
    return boto3.client("kinesis", endpoint_url=endpoint, region_name=keys["region"], config=config,
                        aws_access_key_id=keys["accessKeyId"], aws_secret_access_key=keys["secretAccessKey"])


@contextlib.contextmanager
def peer(name, command, port, folder, **environment):
    """The peer as a target, from its start to its first answer in `target.start_seconds`."""
    endpoint = f"http://127.0.0.1:{port}"
    client = client_of(endpoint)
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError):
                client.list_streams()
                break
            if process.poll() is not None or time.monotonic() - began > 120:
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.01)
        target = Target(name, endpoint, [process.pid])
        target.client, target.start_seconds = client, time.monotonic() - began
        yield target
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def kinesis_mock():
    port = free_port()
    folder = INSTALLED / "node_modules/kinesis-local"  # its certificate is looked for in the working directory
    return peer("kinesis-mock", ["node", folder / "main.js"], port, folder, KINESIS_MOCK_PLAIN_PORT=str(port),
                KINESIS_MOCK_TLS_PORT=str(free_port()), LOG_LEVEL="ERROR", CREATE_STREAM_DURATION="0ms")


def moto():
    port = free_port()
    return peer("moto", [INSTALLED / "moto/bin/moto_server", "-p", str(port)], port, INSTALLED)


def active(target, name, shards):
    target.client.create_stream(StreamName=name, ShardCount=shards)
    while target.client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] != "ACTIVE":
        time.sleep(0.05)


def page_bodies(target, stream, records):
    """GetRecords from the horizon of a stream of one shard, which gets its records here."""
    active(target, stream, 1)
    for _ in range(2 * PAGE // 500):
        target.client.put_records(StreamName=stream, Records=[
            {"Data": base64.b64decode(one["Data"]), "PartitionKey": one["PartitionKey"]} for one in records])
    at = target.client.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000",
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert len(target.client.get_records(ShardIterator=at, Limit=PAGE)["Records"]) == PAGE
    return [json.dumps({"ShardIterator": at, "Limit": PAGE}).encode()]


def warm_rate(target, folder, operation, bodies, seconds, expected):
    """Requests a second, once just as long has passed under the same load: peers compile while they run."""
    for _ in range(2):
        seen = run_load(target, folder, operation, bodies, CONNECTIONS, seconds, expected)
    return seen["per_s"]


def measure(target, folder, bodies, seconds):
    """name of a figure -> value"""
    figures = {"start_s": target.start_seconds, "idle_mb": target.resident_megabytes()}
    active(target, "bench", 4)
    for operation, records in (("PutRecord", 1), ("PutRecords", 500)):
        figures[operation] = warm_rate(target, folder, operation, bodies[operation], seconds, "SequenceNumber") * records
    pages = page_bodies(target, "pages", json.loads(bodies["PutRecords"][0])["Records"])
    figures["GetRecords"] = warm_rate(target, folder, "GetRecords", pages, seconds, "Records") * PAGE
    figures["loaded_mb"] = target.resident_megabytes()
    return figures


ROWS = [("PutRecord", "PutRecord, records/s", "{:12,.0f}", 1), ("PutRecords", "PutRecords of 500, records/s", "{:12,.0f}", 1),
        ("GetRecords", f"GetRecords of {PAGE:,}, records/s", "{:12,.0f}", 1), ("start_s", "start to first answer, s", "{:12.2f}", -1),
        ("idle_mb", "memory after the start, MB", "{:12.0f}", -1), ("loaded_mb", "memory after the load, MB", "{:12.0f}", -1)]


def show(results):
    names = list(results)
    ours = results[names[0]]
    print(f"{'':34}" + "".join(f"{name:>26}" for name in names))
    for key, title, form, direction in ROWS:
        line = f"  {title:32}"
        for name in names:
            value = results[name][key]
            factor = ours[key] / value if direction > 0 else value / ours[key]
            line += f"{form.format(value):>14}" + (f"   ({factor:6.1f} x)" if name != names[0] else " " * 12)
        print(line.rstrip())


def peers(options, own_server, bodies):
    """`own_server()` is the program as a target with `start_seconds`; bodies by operation, for a stream "bench"."""
    install()
    folder = ROOT / "build/bench-peers"
    folder.mkdir(parents=True, exist_ok=True)
    results = {}
    for start in (own_server, kinesis_mock, moto):
        with start() as target:
            results[target.name] = measure(target, folder, bodies, options.seconds)
    shutil.rmtree(folder)
    print(f"Beside peers: {CONNECTIONS} connections, 180 bytes a record, {options.seconds} s each; wildrydes with durability always, "
          "the others in memory.")
    print("In brackets: how many times better wildrydes is.")
    show(results)
