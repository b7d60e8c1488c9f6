"""Kinesis Data Streams through boto3, as a program meets it."""
import datetime
import hashlib
import json
import time

import pytest

from kinesis_streams import HASH_KEYS, error_of, iterator, kinesis, read, stream, wait_active  # noqa: F401


def test_a_new_stream_describes_itself_as_on_aws(kinesis, stream):
    name = stream(3)
    description = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    assert description["StreamStatus"] == "ACTIVE"
    assert description["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert description["RetentionPeriodHours"] == 24
    assert description["EncryptionType"] == "NONE"
    assert description["EnhancedMonitoring"] == [{"ShardLevelMetrics": []}]
    assert not description["HasMoreShards"]
    assert description["StreamARN"].endswith(f":stream/{name}")
    width = HASH_KEYS // 3
    ranges = [shard["HashKeyRange"] for shard in description["Shards"]]
    assert [int(r["StartingHashKey"]) for r in ranges] == [0, width, 2 * width]
    assert [int(r["EndingHashKey"]) for r in ranges] == [width - 1, 2 * width - 1, HASH_KEYS - 1]
    for shard in description["Shards"]:
        assert len(shard["SequenceNumberRange"]["StartingSequenceNumber"]) == 56
        assert "EndingSequenceNumber" not in shard["SequenceNumberRange"]
    summary = kinesis.describe_stream_summary(StreamARN=description["StreamARN"])["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 3
    assert summary["ConsumerCount"] == 0


def test_records_keep_bytes_order_and_shard(kinesis, stream):
    name = stream(2)
    keys = [f"unicorn-{i % 7}" for i in range(100)]
    sent = [{"Data": bytes([i]) * (i + 1), "PartitionKey": key} for i, key in enumerate(keys)]
    answer = kinesis.put_records(StreamName=name, Records=sent)
    assert answer["FailedRecordCount"] == 0
    by_shard = {"shardId-000000000000": [], "shardId-000000000001": []}
    for record, result in zip(sent, answer["Records"]):
        high = int(hashlib.md5(record["PartitionKey"].encode()).hexdigest(), 16) >= HASH_KEYS // 2
        assert result["ShardId"] == f"shardId-00000000000{int(high)}"
        by_shard[result["ShardId"]].append((result["SequenceNumber"], record["PartitionKey"], record["Data"]))
    for shard, expected in by_shard.items():
        records, _ = read(kinesis, iterator(kinesis, name, shard), limit=7)
        assert [(r["SequenceNumber"], r["PartitionKey"], r["Data"]) for r in records] == expected
        numbers = [int(r["SequenceNumber"]) for r in records]
        assert numbers == sorted(set(numbers))


def test_an_explicit_hash_key_overrides_the_partition_key(kinesis, stream):
    name = stream(2)
    low = kinesis.put_record(StreamName=name, Data=b"", PartitionKey="k", ExplicitHashKey="0")
    high = kinesis.put_record(StreamName=name, Data=b"", PartitionKey="k", ExplicitHashKey=str(HASH_KEYS - 1))
    assert (low["ShardId"], high["ShardId"]) == ("shardId-000000000000", "shardId-000000000001")
    code, message = error_of(kinesis.put_record, StreamName=name, Data=b"", PartitionKey="k",
                             ExplicitHashKey=str(HASH_KEYS))
    assert code == "InvalidArgumentException"
    assert message == ("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
                       f"Specified value was {HASH_KEYS}")


def test_the_five_iterator_types(kinesis, stream):
    name = stream()
    first = kinesis.put_record(StreamName=name, Data=b"a", PartitionKey="k")["SequenceNumber"]
    second = kinesis.put_record(StreamName=name, Data=b"b", PartitionKey="k",
                                SequenceNumberForOrdering=first)["SequenceNumber"]
    assert int(second) > int(first)
    time.sleep(0.05)
    latest = iterator(kinesis, name, kind="LATEST")
    # boto3 sends whole seconds, so the moment between the records has to be one.
    between = int(time.time()) + 1
    while time.time() < between + 0.05:
        time.sleep(0.02)
    kinesis.put_record(StreamName=name, Data=b"c", PartitionKey="k")
    data = lambda at: b"".join(r["Data"] for r in read(kinesis, at)[0])
    assert data(iterator(kinesis, name)) == b"abc"
    assert data(latest) == b"c"
    assert data(iterator(kinesis, name, kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=first)) == b"abc"
    assert data(iterator(kinesis, name, kind="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=first)) == b"bc"
    assert data(iterator(kinesis, name, kind="AT_TIMESTAMP", Timestamp=between)) == b"c"
    assert data(iterator(kinesis, name, kind="AT_TIMESTAMP", Timestamp=0)) == b"abc"


def test_an_iterator_at_the_tip_stays_good(kinesis, stream):
    name = stream()
    at = iterator(kinesis, name, kind="LATEST")
    for i in range(3):
        answer = kinesis.get_records(ShardIterator=at)
        assert answer["Records"] == [] and answer["MillisBehindLatest"] == 0
        at = answer["NextShardIterator"]
    kinesis.put_record(StreamName=name, Data=b"x", PartitionKey="k")
    answer = kinesis.get_records(ShardIterator=at)
    assert [r["Data"] for r in answer["Records"]] == [b"x"]
    arrival = answer["Records"][0]["ApproximateArrivalTimestamp"]
    assert abs((datetime.datetime.now(datetime.timezone.utc) - arrival).total_seconds()) < 60


def test_split_and_merge_keep_the_order_and_name_the_children(kinesis, stream):
    name = stream()
    kinesis.put_record(StreamName=name, Data=b"before", PartitionKey="k")
    kinesis.split_shard(StreamName=name, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(HASH_KEYS // 2))
    wait_active(kinesis, name)
    put = kinesis.put_record(StreamName=name, Data=b"after", PartitionKey="k")
    assert put["ShardId"] in ("shardId-000000000001", "shardId-000000000002")
    records, end = read(kinesis, iterator(kinesis, name))
    assert [r["Data"] for r in records] == [b"before"]
    assert "NextShardIterator" not in end
    assert {c["ShardId"] for c in end["ChildShards"]} == {"shardId-000000000001", "shardId-000000000002"}
    assert all(c["ParentShards"] == ["shardId-000000000000"] for c in end["ChildShards"])
    kinesis.merge_shards(StreamName=name, ShardToMerge="shardId-000000000001",
                         AdjacentShardToMerge="shardId-000000000002")
    wait_active(kinesis, name)
    shards = kinesis.list_shards(StreamName=name)["Shards"]
    assert shards[3]["ParentShardId"] == "shardId-000000000001"
    assert shards[3]["AdjacentParentShardId"] == "shardId-000000000002"
    assert "EndingSequenceNumber" in shards[1]["SequenceNumberRange"]
    latest = kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    assert [s["ShardId"] for s in latest] == ["shardId-000000000003"]


def test_update_shard_count_leaves_equal_ranges(kinesis, stream):
    name = stream(2)
    answer = kinesis.update_shard_count(StreamName=name, TargetShardCount=3, ScalingType="UNIFORM_SCALING")
    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (2, 3)
    wait_active(kinesis, name)
    shards = kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    starts = sorted(int(s["HashKeyRange"]["StartingHashKey"]) for s in shards)
    assert starts == [0, HASH_KEYS // 3, HASH_KEYS // 3 * 2]
    code, _ = error_of(kinesis.update_shard_count, StreamName=name, TargetShardCount=7, ScalingType="UNIFORM_SCALING")
    assert code == "LimitExceededException"


def test_listings_go_page_by_page(kinesis, stream):
    name = stream(5)
    pages, arguments = [], {"StreamName": name, "MaxResults": 2}
    while True:
        answer = kinesis.list_shards(**arguments)
        pages.append(len(answer["Shards"]))
        if "NextToken" not in answer:
            break
        arguments = {"NextToken": answer["NextToken"], "MaxResults": 2}
    assert pages == [2, 2, 1]
    others = {stream(), stream()}
    found, arguments = set(), {"Limit": 1}
    while True:
        answer = kinesis.list_streams(**arguments)
        found |= set(answer["StreamNames"])
        if not answer["HasMoreStreams"]:
            break
        arguments = {"Limit": 1, "NextToken": answer["NextToken"]}
    assert others | {name} <= found


def test_tags_by_stream_and_by_arn(kinesis, stream):
    name = stream(1, Tags={"born": "here"})
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    kinesis.add_tags_to_stream(StreamName=name, Tags={"team": "rides", "stage": "test"})
    kinesis.tag_resource(ResourceARN=arn, Tags={"by": "arn"})
    kinesis.remove_tags_from_stream(StreamName=name, TagKeys=["stage"])
    tags = {t["Key"]: t["Value"] for t in kinesis.list_tags_for_stream(StreamName=name)["Tags"]}
    assert tags == {"born": "here", "team": "rides", "by": "arn"}
    kinesis.untag_resource(ResourceARN=arn, TagKeys=["by"])
    tags = {t["Key"]: t["Value"] for t in kinesis.list_tags_for_resource(ResourceARN=arn)["Tags"]}
    assert tags == {"born": "here", "team": "rides"}
    page = kinesis.list_tags_for_stream(StreamName=name, Limit=1)
    assert page["HasMoreTags"] and page["Tags"][0]["Key"] == "born"


def test_retention_only_grows_or_shrinks_as_asked(kinesis, stream):
    name = stream()
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=48)
    assert wait_active(kinesis, name)["RetentionPeriodHours"] == 48
    code, message = error_of(kinesis.increase_stream_retention_period, StreamName=name, RetentionPeriodHours=25)
    assert code == "InvalidArgumentException"
    assert message == (f"Requested retention period (25 hours) for stream {name} can not be shorter than existing "
                       "retention period (48 hours). Use DecreaseRetentionPeriod API.")
    kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=24)
    assert wait_active(kinesis, name)["RetentionPeriodHours"] == 24


def test_an_on_demand_stream_begins_with_four_shards(kinesis, stream):
    name = stream(None, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    assert summary["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert summary["OpenShardCount"] == 4


def test_records_have_a_largest_size(kinesis, stream):
    name = stream()
    kinesis.put_record(StreamName=name, Data=b"x" * 1024 * 1024, PartitionKey="k")
    code, _ = error_of(kinesis.put_record, StreamName=name, Data=b"x" * (1024 * 1024 + 1), PartitionKey="k")
    assert code == "ValidationException"
    records, _ = read(kinesis, iterator(kinesis, name))
    assert [len(r["Data"]) for r in records] == [1024 * 1024]


@pytest.mark.parametrize("operation, arguments, code, message", [
    ("describe_stream", {"StreamName": "absent"}, "ResourceNotFoundException", "Stream absent under account"),
    ("put_record", {"StreamName": "absent", "Data": b"", "PartitionKey": "k"}, "ResourceNotFoundException",
     "Stream absent under account"),
    ("get_records", {"ShardIterator": "nonsense"}, "InvalidArgumentException", "Invalid ShardIterator."),
    ("list_shards", {}, "InvalidArgumentException", "Either NextToken or StreamName should be provided."),
])
def test_errors_have_the_codes_and_texts_of_aws(kinesis, operation, arguments, code, message):
    found = error_of(getattr(kinesis, operation), **arguments)
    assert found[0] == code
    assert found[1].startswith(message)


def test_errors_of_iterators(kinesis, stream):
    name = stream(2)
    get = kinesis.get_shard_iterator
    number = kinesis.put_record(StreamName=name, Data=b"", PartitionKey="k", ExplicitHashKey="0")["SequenceNumber"]
    assert error_of(get, StreamName=name, ShardId="shardId-000000000009", ShardIteratorType="LATEST")[0] == \
        "ResourceNotFoundException"
    code, message = error_of(get, StreamName=name, ShardId="shardId-000000000001",
                             ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    assert (code, message) == ("InvalidArgumentException",
                               "Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in "
                               "a call to a shard with shardId-000000000001")
    code, message = error_of(get, StreamName=name, ShardId="shardId-000000000000", ShardIteratorType="LATEST",
                             StartingSequenceNumber=number)
    assert code == "InvalidArgumentException"
    assert message.endswith("Request specified LATEST and also a StartingSequenceNumber.")
    code, message = error_of(get, StreamName=name, ShardId="shardId-000000000000", ShardIteratorType="AT_TIMESTAMP")
    assert code == "InvalidArgumentException"
    assert message.startswith("Must specify timestampInMillis parameter")


def test_a_deleted_stream_takes_its_records_with_it(kinesis, stream, unique):
    name = stream()
    kinesis.put_record(StreamName=name, Data=b"old", PartitionKey="k")
    old = iterator(kinesis, name)
    assert error_of(kinesis.create_stream, StreamName=name, ShardCount=1)[0] == "ResourceInUseException"
    kinesis.delete_stream(StreamName=name)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    kinesis.create_stream(StreamName=name, ShardCount=1)
    wait_active(kinesis, name)
    assert read(kinesis, iterator(kinesis, name))[0] == []
    assert error_of(kinesis.get_records, ShardIterator=old)[0] == "ResourceNotFoundException"


def test_what_was_acknowledged_survives_kill_9_and_iterators_go_on(new_server):
    server = new_server()
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=2)
    wait_active(kinesis, "rides")
    expected = []
    for i in range(20):
        entries = [{"Data": json.dumps([i, j]).encode(), "PartitionKey": "one"} for j in range(10)]
        expected += [r["SequenceNumber"] for r in kinesis.put_records(StreamName="rides", Records=entries)["Records"]]
    shard = kinesis.put_record(StreamName="rides", Data=b"last", PartitionKey="one")["ShardId"]
    at = iterator(kinesis, "rides", shard)
    server.kill()
    server.start()
    kinesis = server.client("kinesis")
    records, _ = read(kinesis, at)
    assert [r["SequenceNumber"] for r in records[:-1]] == expected
    assert records[-1]["Data"] == b"last"
    after = kinesis.put_record(StreamName="rides", Data=b"next", PartitionKey="one")["SequenceNumber"]
    assert int(after) > int(records[-1]["SequenceNumber"])
