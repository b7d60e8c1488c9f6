"""Modes, scaling, encryption, account settings and limits of streams, through boto3."""
import time

import pytest

from kinesis_streams import HASH_KEYS, error_of, iterator, kinesis, read, stream, wait_active  # noqa: F401

KEY = "alias/aws/kinesis"
MEBIBYTE = 1024 * 1024


def summary_of(kinesis, name):
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]


def read_stream(kinesis, name):
    return [record for shard in kinesis.list_shards(StreamName=name)["Shards"]
            for record in read(kinesis, iterator(kinesis, name, shard["ShardId"]))[0]]


def bytes_on_disk(server):
    return b"".join(path.read_bytes() for path in (server.data / "log").rglob("*") if path.is_file())


def test_records_of_an_encrypted_stream_cannot_be_read_on_disk(new_server):
    server = new_server()
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=1)
    kinesis.put_record(StreamName="rides", Data=b"plain-before", PartitionKey="k")
    kinesis.start_stream_encryption(StreamName="rides", EncryptionType="KMS", KeyId=KEY)
    summary = wait_active(kinesis, "rides")
    assert (summary["EncryptionType"], summary["KeyId"]) == ("KMS", KEY)
    put = kinesis.put_record(StreamName="rides", Data=b"hidden-one", PartitionKey="hidden-key")
    assert put["EncryptionType"] == "KMS"
    many = kinesis.put_records(StreamName="rides", Records=[{"Data": b"hidden-two", "PartitionKey": "k"}] * 3)
    assert many["EncryptionType"] == "KMS"
    server.kill()
    server.start()
    kinesis = server.client("kinesis")
    kinesis.put_record(StreamName="rides", Data=b"hidden-three", PartitionKey="k")
    kinesis.stop_stream_encryption(StreamName="rides", EncryptionType="KMS", KeyId=KEY)
    assert wait_active(kinesis, "rides")["EncryptionType"] == "NONE"
    assert "EncryptionType" not in kinesis.put_record(StreamName="rides", Data=b"plain-after", PartitionKey="k")
    records = read_stream(kinesis, "rides")
    assert [r["Data"] for r in records] == [b"plain-before", b"hidden-one", *[b"hidden-two"] * 3, b"hidden-three",
                                           b"plain-after"]
    assert [r.get("EncryptionType") for r in records] == [None, *["KMS"] * 5, None]
    server.stop()
    disk = bytes_on_disk(server)
    assert b"plain-before" in disk and b"plain-after" in disk
    assert b"hidden" not in disk


def test_keys_that_nobody_has_are_not_found(kinesis, stream):
    name = stream()
    for key in ("alias/mine", "1234abcd-12ab-34cd-56ef-1234567890ab"):
        assert error_of(kinesis.start_stream_encryption, StreamName=name, EncryptionType="KMS", KeyId=key)[0] == \
            "KMSNotFoundException"
    assert error_of(kinesis.start_stream_encryption, StreamName=name, EncryptionType="NONE", KeyId=KEY)[0] == \
        "InvalidArgumentException"
    assert summary_of(kinesis, name)["EncryptionType"] == "NONE"


def test_a_stream_switches_its_mode_and_keeps_its_shards_and_records(kinesis, stream):
    name = stream(3)
    arn = summary_of(kinesis, name)["StreamARN"]
    kinesis.put_record(StreamName=name, Data=b"kept", PartitionKey="k")
    kinesis.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    summary = wait_active(kinesis, name)
    assert (summary["StreamModeDetails"]["StreamMode"], summary["OpenShardCount"]) == ("ON_DEMAND", 3)
    assert [r["Data"] for r in read_stream(kinesis, name)] == [b"kept"]
    shards = kinesis.list_shards(StreamName=name)["Shards"]
    for call, arguments in [
        (kinesis.update_shard_count, {"TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"}),
        (kinesis.split_shard, {"ShardToSplit": shards[0]["ShardId"], "NewStartingHashKey": "1000"}),
        (kinesis.merge_shards, {"ShardToMerge": shards[0]["ShardId"], "AdjacentShardToMerge": shards[1]["ShardId"]}),
    ]:
        assert error_of(call, StreamName=name, **arguments)[0] == "ValidationException"
    kinesis.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "PROVISIONED"})
    wait_active(kinesis, name)
    kinesis.update_shard_count(StreamName=name, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    assert wait_active(kinesis, name)["OpenShardCount"] == 4


def test_warm_throughput_needs_a_commitment_and_opens_shards(new_server):
    kinesis = new_server().client("kinesis")
    kinesis.create_stream(StreamName="rides", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert kinesis.describe_account_settings()["MinimumThroughputBillingCommitment"] == {"Status": "DISABLED"}
    assert error_of(kinesis.update_stream_warm_throughput, StreamName="rides", WarmThroughputMiBps=10)[0] == \
        "ValidationException"
    answer = kinesis.update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    commitment = answer["MinimumThroughputBillingCommitment"]
    assert commitment["Status"] == "ENABLED"
    assert (commitment["EarliestAllowedEndAt"] - commitment["StartedAt"]).total_seconds() == 24 * 3600
    answer = kinesis.update_stream_warm_throughput(StreamName="rides", WarmThroughputMiBps=10)
    assert answer["WarmThroughput"] == {"TargetMiBps": 10, "CurrentMiBps": 4}
    summary = wait_active(kinesis, "rides")
    assert summary["OpenShardCount"] == 10
    assert summary["WarmThroughput"] == {"TargetMiBps": 10, "CurrentMiBps": 10}
    kinesis.create_stream(StreamName="warm", StreamModeDetails={"StreamMode": "ON_DEMAND"}, WarmThroughputMiBps=6)
    assert wait_active(kinesis, "warm")["OpenShardCount"] == 6
    answer = kinesis.update_account_settings(MinimumThroughputBillingCommitment={"Status": "DISABLED"})
    assert answer["MinimumThroughputBillingCommitment"]["Status"] == "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
    answer = kinesis.update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    assert answer["MinimumThroughputBillingCommitment"]["Status"] == "ENABLED"


def test_warm_throughput_is_not_for_provisioned_streams(kinesis, stream):
    assert error_of(kinesis.update_stream_warm_throughput, StreamName=stream(), WarmThroughputMiBps=10)[0] == \
        "ValidationException"
    assert error_of(kinesis.create_stream, StreamName="warm", ShardCount=1, WarmThroughputMiBps=10)[0] == \
        "ValidationException"


def test_records_grow_to_ten_mebibytes_where_the_stream_allows_it(kinesis, stream):
    name = stream()
    arn = summary_of(kinesis, name)["StreamARN"]
    large = b"x" * (10 * MEBIBYTE - 300)
    assert error_of(kinesis.put_record, StreamName=name, Data=large, PartitionKey="k")[0] == "ValidationException"
    kinesis.update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10_240)
    assert wait_active(kinesis, name)["MaxRecordSizeInKiB"] == 10_240
    kinesis.put_record(StreamName=name, Data=large, PartitionKey="k")
    kinesis.put_records(StreamName=name, Records=[{"Data": large, "PartitionKey": "k"}])
    assert [len(r["Data"]) for r in read_stream(kinesis, name)] == [len(large)] * 2
    code, _ = error_of(kinesis.update_max_record_size, StreamARN=arn, MaxRecordSizeInKiB=10_241)
    assert code == "ValidationException"


def test_retention_goes_up_to_a_year(kinesis, stream):
    name = stream()
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=8760)
    assert wait_active(kinesis, name)["RetentionPeriodHours"] == 8760
    code, message = error_of(kinesis.increase_stream_retention_period, StreamName=name, RetentionPeriodHours=8761)
    assert (code, message) == ("InvalidArgumentException", "Maximum allowed retention period is 8760 hours. Requested "
                               "retention period (8761 hours) is too long.")


def test_metrics_of_shards_are_switched_on_and_off(kinesis, stream):
    name = stream()
    answer = kinesis.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"])
    assert answer["CurrentShardLevelMetrics"] == []
    assert sorted(answer["DesiredShardLevelMetrics"]) == ["IncomingBytes", "OutgoingBytes"]
    answer = kinesis.disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["IncomingBytes"])
    assert answer["DesiredShardLevelMetrics"] == ["OutgoingBytes"]
    kinesis.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["ALL"])
    assert len(summary_of(kinesis, name)["EnhancedMonitoring"][0]["ShardLevelMetrics"]) == 7


def test_a_stream_is_named_by_arn_and_by_id_too(aws, server, stream):
    kinesis = aws("kinesis")
    if server is not None:  # botocore makes a host name of the id, whatever endpoint it was given
        kinesis.meta.events.register("before-sign.kinesis",
                                     lambda request, **_: setattr(request, "url", server.endpoint + "/"))
    name = stream()
    summary = summary_of(kinesis, name)
    other = summary_of(kinesis, stream())
    for naming in ({"StreamARN": summary["StreamARN"]}, {"StreamId": summary["StreamId"]}):
        put = kinesis.put_record(Data=b"x", PartitionKey="k", **naming)
        at = kinesis.get_shard_iterator(ShardId=put["ShardId"], ShardIteratorType="TRIM_HORIZON", **naming)
        assert kinesis.get_records(ShardIterator=at["ShardIterator"], **naming)["Records"][0]["Data"] == b"x"
        assert kinesis.list_shards(**naming)["Shards"]
        described = kinesis.describe_stream_summary(**naming)["StreamDescriptionSummary"]
        assert described["StreamName"] == name
        wrong = {key: other[key] for key in naming}
        assert error_of(kinesis.get_records, ShardIterator=at["ShardIterator"], **wrong)[0] == "InvalidArgumentException"
    code, _ = error_of(kinesis.put_record, StreamName="other", StreamARN=summary["StreamARN"], Data=b"", PartitionKey="k")
    assert code == "InvalidArgumentException"


def test_shards_are_filtered_by_time_and_place(kinesis, stream):
    name = stream(2)
    time.sleep(1.1)  # boto3 sends whole seconds
    before = int(time.time())
    time.sleep(1.1)
    kinesis.split_shard(StreamName=name, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(HASH_KEYS // 4))
    wait_active(kinesis, name)
    time.sleep(1.1)
    after = int(time.time())

    def listed(**shard_filter):
        shards = kinesis.list_shards(StreamName=name, ShardFilter=shard_filter)["Shards"]
        return [int(shard["ShardId"].split("-")[1]) for shard in shards]

    assert listed(Type="AT_LATEST") == [1, 2, 3]
    assert listed(Type="AT_TRIM_HORIZON") == [0, 1]
    assert listed(Type="FROM_TRIM_HORIZON") == [0, 1, 2, 3]
    assert listed(Type="AT_TIMESTAMP", Timestamp=before) == [0, 1]
    assert listed(Type="AT_TIMESTAMP", Timestamp=after) == [1, 2, 3]
    assert listed(Type="FROM_TIMESTAMP", Timestamp=before) == [0, 1, 2, 3]
    assert listed(Type="FROM_TIMESTAMP", Timestamp=after) == [1, 2, 3]
    assert listed(Type="AFTER_SHARD_ID", ShardId="shardId-000000000001") == [2, 3]
    for wrong in ({"Type": "AFTER_SHARD_ID"}, {"Type": "AT_TIMESTAMP"}, {"Type": "AT_LATEST", "ShardId": "shardId-0"}):
        assert error_of(kinesis.list_shards, StreamName=name, ShardFilter=wrong)[0] == "InvalidArgumentException"


def test_shards_and_calls_are_throttled_where_limits_are_on(new_server):
    kinesis = new_server("--kinesis-limits").client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=1)
    big = b"x" * (MEBIBYTE - 1)
    kinesis.put_record(StreamName="rides", Data=big, PartitionKey="k")
    code, message = error_of(kinesis.put_record, StreamName="rides", Data=big, PartitionKey="k")
    account = summary_of(kinesis, "rides")["StreamARN"].split(":")[4]
    assert code == "ProvisionedThroughputExceededException"
    assert message == f"Rate exceeded for shard shardId-000000000000 in stream rides under account {account}."
    answer = kinesis.put_records(StreamName="rides", Records=[{"Data": big, "PartitionKey": "k"}] * 2)
    assert answer["FailedRecordCount"] >= 1
    assert answer["Records"][-1]["ErrorCode"] == "ProvisionedThroughputExceededException"
    at = iterator(kinesis, "rides")
    codes = []
    for _ in range(12):
        try:
            kinesis.get_records(ShardIterator=at, Limit=1)
        except kinesis.exceptions.ProvisionedThroughputExceededException as error:
            codes.append(error.response["Error"]["Code"])
    assert codes
    codes = []
    for _ in range(3):
        try:
            kinesis.describe_limits()
        except kinesis.exceptions.LimitExceededException as error:
            codes.append(error.response["Error"]["Message"])
    assert codes and set(codes) == {f"Rate exceeded for account {account}."}
