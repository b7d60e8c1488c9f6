"""Fixtures and small steps that the tests of Kinesis Data Streams share."""
import time

import botocore.exceptions
import pytest

HASH_KEYS = 2 ** 128


@pytest.fixture
def kinesis(aws):
    return aws("kinesis")


@pytest.fixture
def stream(kinesis, unique):
    """stream(shards): the name of a new ACTIVE stream, deleted at the end."""
    names = []

    def create(shards=1, **options):
        name = unique("stream")
        kinesis.create_stream(StreamName=name, **({"ShardCount": shards} if shards else {}), **options)
        names.append(name)
        wait_active(kinesis, name)
        return name

    yield create
    for name in names:
        try:
            kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
        except kinesis.exceptions.ResourceNotFoundException:
            pass


def wait_active(kinesis, name):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        if summary["StreamStatus"] == "ACTIVE":
            return summary
        time.sleep(0.05)
    raise AssertionError("not ACTIVE within a minute")


def iterator(kinesis, name, shard="shardId-000000000000", kind="TRIM_HORIZON", **more):
    return kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]


def read(kinesis, at, limit=None, records_wanted=None):
    """Records from an iterator to the tip or the shard's end, and the last answer."""
    records = []
    while True:
        answer = kinesis.get_records(ShardIterator=at, **({"Limit": limit} if limit else {}))
        records += answer["Records"]
        at = answer.get("NextShardIterator")
        done = answer["MillisBehindLatest"] == 0 and (records_wanted is None or len(records) >= records_wanted)
        if at is None or done:
            return records, answer


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
