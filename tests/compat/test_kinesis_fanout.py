"""SubscribeToShard through boto3, which reads event streams over HTTP/1.1."""
import statistics
import time

import botocore.exceptions
import pytest

from kinesis_streams import HASH_KEYS, error_of, kinesis, stream, wait_active  # noqa: F401

SHARD = "shardId-000000000000"


@pytest.fixture
def consumer(kinesis, stream):
    """consumer(shards): the names of a new stream and the ARN of a consumer of it."""

    def make(shards=1):
        name = stream(shards)
        arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
        made = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")["Consumer"]
        return name, made["ConsumerARN"]

    return make


def subscribe(kinesis, consumer, kind="TRIM_HORIZON", shard=SHARD, **position):
    answer = kinesis.subscribe_to_shard(ConsumerARN=consumer, ShardId=shard,
                                        StartingPosition={"Type": kind, **position})
    return answer["EventStream"]


def events(source):
    for event in source:
        yield event["SubscribeToShardEvent"]


def records(source, count):
    """The next `count` records, and the last event."""
    found = []
    for event in events(source):
        found += event["Records"]
        if len(found) >= count:
            return found, event
    raise AssertionError(f"the stream ended after {len(found)} records")


def put(kinesis, name, *data):
    return [kinesis.put_record(StreamName=name, Data=d, PartitionKey="k")["SequenceNumber"] for d in data]


def test_records_are_pushed_and_a_continuation_goes_on_behind_them(kinesis, consumer):
    name, arn = consumer()
    numbers = put(kinesis, name, b"a", b"b")
    source = subscribe(kinesis, arn)
    found, _ = records(source, 2)
    assert [r["Data"] for r in found] == [b"a", b"b"]
    assert [r["SequenceNumber"] for r in found] == numbers
    put(kinesis, name, b"c")
    found, last = records(source, 1)
    assert [r["Data"] for r in found] == [b"c"] and found[0]["PartitionKey"] == "k"
    assert last["MillisBehindLatest"] == 0
    source.close()
    put(kinesis, name, b"d")
    time.sleep(5)
    source = subscribe(kinesis, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=last["ContinuationSequenceNumber"])
    found, _ = records(source, 1)
    assert [r["Data"] for r in found] == [b"d"]
    source.close()


def test_a_silent_shard_is_told_with_a_continuation_too(kinesis, consumer):
    name, arn = consumer()
    source = subscribe(kinesis, arn, "LATEST")
    first = next(events(source))
    assert first["Records"] == [] and first["MillisBehindLatest"] == 0
    source.close()
    put(kinesis, name, b"after")
    time.sleep(5)
    source = subscribe(kinesis, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=first["ContinuationSequenceNumber"])
    assert [r["Data"] for r in records(source, 1)[0]] == [b"after"]
    source.close()


def test_a_second_subscription_waits_five_seconds_and_then_takes_over(kinesis, consumer):
    name, arn = consumer()
    first = subscribe(kinesis, arn)
    next(events(first))
    code, message = error_of(subscribe, kinesis=kinesis, consumer=arn)
    assert code == "ResourceInUseException"
    assert message.startswith("Another active subscription exists for this consumer: ")
    time.sleep(5)
    second = subscribe(kinesis, arn)
    next(events(second))
    with pytest.raises(botocore.exceptions.EventStreamError) as caught:
        for _ in first:
            pass
    assert "ResourceInUseException" in str(caught.value)
    put(kinesis, name, b"x")
    assert [r["Data"] for r in records(second, 1)[0]] == [b"x"]
    second.close()


def test_the_end_of_a_shard_names_its_children_and_ends_the_stream(kinesis, consumer):
    name, arn = consumer()
    put(kinesis, name, b"before")
    source = subscribe(kinesis, arn)
    records(source, 1)
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD, NewStartingHashKey=str(HASH_KEYS // 2))
    last = list(events(source))[-1]
    assert {c["ShardId"] for c in last["ChildShards"]} == {"shardId-000000000001", "shardId-000000000002"}
    assert all(c["ParentShards"] == [SHARD] for c in last["ChildShards"])
    assert "ContinuationSequenceNumber" not in last


def test_many_records_arrive_whole_and_in_order(kinesis, consumer):
    name, arn = consumer()
    data = [f"{i}-".encode() + b"x" * 5_000 for i in range(2_000)]
    for begin in range(0, len(data), 500):
        entries = [{"Data": d, "PartitionKey": "k"} for d in data[begin:begin + 500]]
        assert kinesis.put_records(StreamName=name, Records=entries)["FailedRecordCount"] == 0
    source = subscribe(kinesis, arn)
    assert [r["Data"] for r in records(source, len(data))[0]] == data
    source.close()


def test_records_are_pushed_soon_after_they_were_acknowledged(kinesis, consumer):
    name, arn = consumer()
    source = subscribe(kinesis, arn, "LATEST")
    next(events(source))
    delays = []
    for i in range(50):
        put(kinesis, name, str(i).encode())
        acknowledged = time.monotonic()
        records(source, 1)
        delays.append(time.monotonic() - acknowledged)
    source.close()
    print("push after acknowledgement, median ms:", round(statistics.median(delays) * 1000, 2))
    assert statistics.median(delays) < 0.05


def test_a_consumer_that_is_deregistered_is_told(kinesis, consumer):
    _, arn = consumer()
    source = subscribe(kinesis, arn)
    next(events(source))
    kinesis.deregister_stream_consumer(ConsumerARN=arn)
    with pytest.raises(botocore.exceptions.EventStreamError) as caught:
        for _ in source:
            pass
    assert "ResourceNotFoundException" in str(caught.value)


@pytest.mark.parametrize("change, code", [
    ({"ConsumerARN": "ARN/consumer/absent:1500000000"}, "ResourceNotFoundException"),
    ({"ShardId": "shardId-000000000007"}, "ResourceNotFoundException"),
    ({"StartingPosition": {"Type": "AT_SEQUENCE_NUMBER"}}, "InvalidArgumentException"),
    ({"StartingPosition": {"Type": "AT_TIMESTAMP"}}, "InvalidArgumentException"),
    ({"StartingPosition": {"Type": "SOMEWHERE"}}, "ValidationException"),
])
def test_subscriptions_that_cannot_begin_are_errors(kinesis, consumer, change, code):
    _, arn = consumer()
    arguments = {"ConsumerARN": arn, "ShardId": SHARD, "StartingPosition": {"Type": "LATEST"}, **change}
    arguments["ConsumerARN"] = arguments["ConsumerARN"].replace("ARN/", arn.split("/consumer")[0] + "/")
    assert error_of(kinesis.subscribe_to_shard, **arguments)[0] == code


def test_a_server_with_subscriptions_stops_at_once(new_server):
    server = new_server()
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=2)
    arn = kinesis.describe_stream_summary(StreamName="rides")["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")["Consumer"]["ConsumerARN"]
    sources = [subscribe(kinesis, consumer, shard=f"shardId-00000000000{i}") for i in range(2)]
    for source in sources:
        next(events(source))
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 6
