"""The command line against a running server: the workshop's two programs, the fleet, streams, environment."""
import json
import re
import signal
import subprocess
import time

import pytest

from conftest import BINARY


@pytest.fixture
def wildrydes(server):
    """wildrydes("stream", "list"): the finished process; data and messages as text."""
    if server is None:
        pytest.skip("needs a server of our own")

    def run(*arguments, **options):
        return subprocess.run([BINARY, *arguments, "--data", server.data], capture_output=True, text=True, timeout=60,
                              **options)

    return run


@pytest.fixture
def stream(aws, unique):
    kinesis, name = aws("kinesis"), unique("cli")
    kinesis.create_stream(StreamName=name, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    yield name
    kinesis.delete_stream(StreamName=name)


def test_env_prints_what_an_sdk_needs(wildrydes, server):
    exports = dict(re.findall(r"^export (\w+)='(.*)'$", wildrydes("env").stdout, re.M))
    assert exports["AWS_ENDPOINT_URL"] == server.endpoint
    assert exports["AWS_ACCESS_KEY_ID"] == server.keys["accessKeyId"]
    assert exports["AWS_SECRET_ACCESS_KEY"] == server.keys["secretAccessKey"]
    assert exports["AWS_REGION"] == exports["AWS_DEFAULT_REGION"] == server.keys["region"]


def test_the_producer_prints_dots_and_the_consumer_indented_json(wildrydes, server, stream):
    consumer = subprocess.Popen([BINARY, "consumer", "-stream", stream, "--count", "2", "--data", server.data],
                                stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    producer = wildrydes("producer", "-name", "Rocinante", "-stream", stream, "--count", "2")
    assert (producer.returncode, producer.stdout) == (0, "..")
    out, _ = consumer.communicate(timeout=30)
    assert consumer.returncode == 0
    decoder, readings = json.JSONDecoder(), []
    assert out.startswith('{\n    "Distance": ')
    while out.strip():
        reading, end = decoder.raw_decode(out.lstrip())
        readings.append(reading)
        out = out.lstrip()[end:]
    assert len(readings) == 2
    for reading in readings:
        assert list(reading) == ["Distance", "HealthPoints", "Latitude", "Longitude", "MagicPoints", "Name", "StatusTime"]
        assert reading["Name"] == "Rocinante"
        assert 29 <= reading["Distance"] <= 31
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", reading["StatusTime"])


def test_what_is_put_can_be_tailed_and_filtered(wildrydes, stream):
    lines = '{"Name":"A","HealthPoints":90}\n{"Name":"B","HealthPoints":120}\n'
    assert wildrydes("stream", "put", stream, "--key", "k", input=lines).returncode == 0
    tail = wildrydes("stream", "tail", stream, "--from", "horizon", "--end")
    assert (tail.returncode, tail.stdout) == (0, lines)
    low = wildrydes("stream", "tail", stream, "--from", "horizon", "--end", "--where", "HealthPoints<100", "-o", "%k %v")
    assert low.stdout == 'k {"Name":"A","HealthPoints":90}\n'
    none = wildrydes("stream", "tail", stream, "--from", "horizon", "--end", "--where", "Name=C")
    assert (none.returncode, none.stdout) == (1, "")
    record = json.loads(wildrydes("stream", "tail", stream, "--from", "@1h", "-n", "1", "-o", "jsonl").stdout)
    assert record["partitionKey"] == "k" and record["data"]["Name"] == "A"


def test_a_tail_follows_the_children_of_a_reshard(wildrydes, stream):
    for i in range(3):
        wildrydes("stream", "put", stream, f"before-{i}", "--key", "k")
    assert wildrydes("stream", "reshard", stream, "--count", "1").returncode == 0
    for i in range(3):
        wildrydes("stream", "put", stream, f"after-{i}", "--key", "k")
    tail = wildrydes("stream", "tail", stream, "--from", "horizon", "-n", "6")
    assert tail.stdout.split() == ["before-0", "before-1", "before-2", "after-0", "after-1", "after-2"]


def test_a_tail_begins_where_it_is_told(wildrydes, stream):
    put = [wildrydes("stream", "put", stream, f"r{i}", "--key", "k").stdout.split() for i in range(4)]
    time.sleep(1.1)  # times are sent as whole seconds
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    time.sleep(1.1)
    wildrydes("stream", "put", stream, "late", "--key", "k")

    def tail(start, *more):
        return wildrydes("stream", "tail", stream, "--from", start, "--end", *more).stdout.split()

    assert tail("horizon") == ["r0", "r1", "r2", "r3", "late"]
    assert tail(f"seq:{put[2][1]}") == ["r2", "r3", "late"]
    assert tail(f"seq:{put[2][1]}", "--shard", put[2][0]) == ["r2", "r3", "late"]
    assert tail(f"@{moment}") == ["late"]
    assert tail("horizon", "-n", "2") == ["r0", "r1"]
    assert tail("latest") == []


def test_a_far_shard_count_is_reached_in_steps(wildrydes, aws, unique):
    name = unique("cli")
    assert wildrydes("stream", "create", name, "--shards", "1", "--max-record-kib", "2048").returncode == 0
    assert wildrydes("stream", "reshard", name, "--count", "7").returncode == 0
    shown = json.loads(wildrydes("stream", "show", name, "-o", "json").stdout)
    assert (shown["openShards"], shown["maxRecordKiB"], shown["encryption"]) == (7, 2048, "NONE")
    assert wildrydes("stream", "reshard", name, "--count", "2").returncode == 0
    open_shards = [s for s in json.loads(wildrydes("stream", "show", name, "-o", "json").stdout)["shards"]
                   if s["state"] == "OPEN"]
    first = open_shards[0]
    middle = (int(first["startingHashKey"]) + int(first["endingHashKey"])) // 2
    assert wildrydes("stream", "reshard", name, "--split", f"{first['shard']}@{middle}").returncode == 0
    children = [s["shard"] for s in json.loads(wildrydes("stream", "show", name, "-o", "json").stdout)["shards"]
                if s["parent"] == first["shard"]]
    assert len(children) == 2
    assert wildrydes("stream", "reshard", name, "--merge", *children).returncode == 0
    assert wildrydes("stream", "reshard", name, "--mode", "on-demand").returncode == 0
    shown = json.loads(wildrydes("stream", "show", name, "-o", "json").stdout)
    assert (shown["mode"], shown["openShards"]) == ("ON_DEMAND", 2)
    aws("kinesis").register_stream_consumer(StreamARN=shown["arn"], ConsumerName="c")
    assert wildrydes("stream", "delete", name).returncode != 0
    assert wildrydes("stream", "delete", name, "--with-consumers").returncode == 0
    assert wildrydes("stream", "show", name).returncode == 4


def test_a_fleet_sends_what_it_says(wildrydes, server, aws, stream):
    fleet = subprocess.Popen([BINARY, "fleet", "run", "--unicorns", "200", "--stream", stream, "--seed", "5",
                              "--data", server.data], stderr=subprocess.PIPE, text=True)
    time.sleep(4)
    fleet.send_signal(signal.SIGINT)
    _, messages = fleet.communicate(timeout=20)
    assert fleet.returncode == 130, messages
    sent = int(re.search(r"(\d+) readings sent, 0 sent again, 0 given up", messages).group(1))
    kinesis, found, names = aws("kinesis"), 0, set()
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        at = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard["ShardId"],
                                        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while True:
            answer = kinesis.get_records(ShardIterator=at)
            found += len(answer["Records"])
            names |= {json.loads(r["Data"])["Name"] for r in answer["Records"]}
            if answer["MillisBehindLatest"] == 0:
                break
            at = answer["NextShardIterator"]
    assert found == sent > 0
    assert len(names) == min(sent, 200)


@pytest.mark.parametrize("arguments, code", [
    (("stream", "show", "absent"), 4),
    (("stream", "tail", "absent", "--from", "yesterday"), 2),
    (("no-such-command",), 2),
    (("status",), 0),
])
def test_exit_codes(wildrydes, arguments, code):
    assert wildrydes(*arguments).returncode == code


def test_a_server_that_is_not_there_is_named(wildrydes):
    gone = wildrydes("stream", "list", "--endpoint-url", "http://127.0.0.1:1")
    assert gone.returncode == 3
    assert "http://127.0.0.1:1" in gone.stderr


def test_aws_words_reach_the_aws_cli_untouched(server):
    result = subprocess.run([BINARY, "--data", server.data, "aws", "sts", "get-caller-identity", "--query", "Account",
                             "--output", "text"], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout.strip()) == (0, server.keys["accountId"]), result.stderr
