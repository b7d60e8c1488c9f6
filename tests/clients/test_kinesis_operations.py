"""One life of a stream, through every operation of Kinesis, with each AWS client: what they read is the same."""
import time

import pytest

from drivers import DRIVERS, Refused

KEY = "alias/aws/kinesis"
FIRST = "shardId-000000000000"


class Scenario:
    """Calls, and remembers which operations were called."""

    def __init__(self, driver, name):
        self.driver, self.name = driver, name
        self.used = set()

    def call(self, operation, **arguments):
        self.used.add(operation)
        return self.driver.call(operation, **arguments)

    def on(self, operation, **arguments):
        return self.call(operation, StreamName=self.name, **arguments)

    def summary(self):
        return self.on("DescribeStreamSummary")["StreamDescriptionSummary"]

    def settled(self):
        deadline = time.monotonic() + 30
        while (summary := self.summary())["StreamStatus"] != "ACTIVE":
            assert time.monotonic() < deadline, summary
            time.sleep(0.1)
        return summary

    def open_shards(self):
        shards = self.on("ListShards")["Shards"]
        return [s for s in shards if "EndingSequenceNumber" not in s["SequenceNumberRange"]]


@pytest.fixture(params=sorted(DRIVERS))
def scenario(request, new_server):
    driver = DRIVERS[request.param](new_server())
    yield Scenario(driver, "rides")
    driver.close()


def test_every_operation_answers_every_client(scenario):
    make_the_stream(scenario)
    write_and_read(scenario)
    reshard(scenario)
    settings(scenario)
    consumers(scenario)
    policies_and_tags(scenario)
    modes(scenario)
    scenario.on("DeleteStream", EnforceConsumerDeletion=True)
    with pytest.raises(Refused) as refused:
        while True:  # DELETING, then gone
            scenario.on("DescribeStream")
            time.sleep(0.1)
    assert refused.value.code == "ResourceNotFoundException"
    assert scenario.used == scenario.driver.operations


def make_the_stream(scenario):
    scenario.on("CreateStream", ShardCount=2, Tags={"born": "here"})
    summary = scenario.settled()
    assert (summary["OpenShardCount"], summary["RetentionPeriodHours"]) == (2, 24)
    assert abs(summary["StreamCreationTimestamp"] - time.time()) < 60
    described = scenario.on("DescribeStream", Limit=1)["StreamDescription"]
    assert (len(described["Shards"]), described["HasMoreShards"]) == (1, True)
    listed = scenario.call("ListStreams", Limit=10)
    assert listed["StreamNames"] == ["rides"]
    assert listed["StreamSummaries"][0]["StreamARN"] == summary["StreamARN"]
    limits = scenario.call("DescribeLimits")
    assert limits["OpenShardCount"] == 2
    scenario.call("DescribeAccountSettings")
    assert scenario.on("ListTagsForStream")["Tags"] == [{"Key": "born", "Value": "here"}]


def write_and_read(scenario):
    one = scenario.on("PutRecord", Data=b"one", PartitionKey="k", ExplicitHashKey="0")
    assert one["ShardId"] == FIRST
    many = scenario.on("PutRecords", Records=[{"Data": f"many {i}".encode(), "PartitionKey": "k", "ExplicitHashKey": "1"}
                                              for i in range(3)])
    assert many.get("FailedRecordCount", 0) == 0
    at = scenario.on("GetShardIterator", ShardId=FIRST, ShardIteratorType="AT_SEQUENCE_NUMBER",
                     StartingSequenceNumber=one["SequenceNumber"])["ShardIterator"]
    answer = scenario.call("GetRecords", ShardIterator=at, Limit=10)
    assert [r["Data"] for r in answer["Records"]] == [b"one", b"many 0", b"many 1", b"many 2"]
    assert [r["SequenceNumber"] for r in answer["Records"][1:]] == [r["SequenceNumber"] for r in many["Records"]]
    assert abs(answer["Records"][0]["ApproximateArrivalTimestamp"] - time.time()) < 60
    at = scenario.on("GetShardIterator", ShardId=FIRST, ShardIteratorType="AT_TIMESTAMP",
                     Timestamp=time.time() - 3600)["ShardIterator"]
    assert scenario.call("GetRecords", ShardIterator=at, Limit=1)["Records"][0]["Data"] == b"one"


def reshard(scenario):
    scenario.on("SplitShard", ShardToSplit=FIRST, NewStartingHashKey="1000")
    scenario.settled()
    shards = sorted(scenario.open_shards(), key=lambda s: int(s["HashKeyRange"]["StartingHashKey"]))
    assert len(shards) == 3 and shards[0]["ParentShardId"] == FIRST
    scenario.on("MergeShards", ShardToMerge=shards[0]["ShardId"], AdjacentShardToMerge=shards[1]["ShardId"])
    scenario.settled()
    answer = scenario.on("UpdateShardCount", TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (2, 4)
    assert scenario.settled()["OpenShardCount"] == 4


def settings(scenario):
    scenario.on("IncreaseStreamRetentionPeriod", RetentionPeriodHours=48)
    assert scenario.settled()["RetentionPeriodHours"] == 48
    scenario.on("DecreaseStreamRetentionPeriod", RetentionPeriodHours=24)
    scenario.settled()
    scenario.on("EnableEnhancedMonitoring", ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"])
    scenario.settled()
    left = scenario.on("DisableEnhancedMonitoring", ShardLevelMetrics=["IncomingBytes"])
    assert left["DesiredShardLevelMetrics"] == ["OutgoingBytes"]
    scenario.settled()
    scenario.on("StartStreamEncryption", EncryptionType="KMS", KeyId=KEY)
    assert scenario.settled()["EncryptionType"] == "KMS"
    scenario.on("StopStreamEncryption", EncryptionType="KMS", KeyId=KEY)
    assert scenario.settled()["EncryptionType"] == "NONE"
    scenario.call("UpdateMaxRecordSize", StreamARN=scenario.summary()["StreamARN"], MaxRecordSizeInKiB=2048)
    assert scenario.settled()["MaxRecordSizeInKiB"] == 2048


def consumers(scenario):
    arn = scenario.summary()["StreamARN"]
    made = scenario.call("RegisterStreamConsumer", StreamARN=arn, ConsumerName="reader")["Consumer"]
    while scenario.call("DescribeStreamConsumer", ConsumerARN=made["ConsumerARN"])["ConsumerDescription"][
            "ConsumerStatus"] != "ACTIVE":
        time.sleep(0.1)
    listed = scenario.call("ListStreamConsumers", StreamARN=arn)["Consumers"]
    assert [c["ConsumerName"] for c in listed] == ["reader"]
    if "SubscribeToShard" in scenario.driver.operations:
        events = scenario.call("SubscribeToShard", ConsumerARN=made["ConsumerARN"], ShardId=FIRST,
                               StartingPosition={"Type": "TRIM_HORIZON"})["EventStream"]
        event = events[-1]["SubscribeToShardEvent"]
        assert [r["Data"] for r in event["Records"]] == [b"one", b"many 0", b"many 1", b"many 2"]
        assert "ContinuationSequenceNumber" in event or "ChildShards" in event
    scenario.call("DeregisterStreamConsumer", ConsumerARN=made["ConsumerARN"])


def policies_and_tags(scenario):
    summary = scenario.summary()
    arn = summary["StreamARN"]
    account = arn.split(":")[4]
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},'
              '"Action":"kinesis:DescribeStreamSummary","Resource":"%s"}]}' % (account, arn))
    scenario.call("PutResourcePolicy", ResourceARN=arn, Policy=policy)
    assert "DescribeStreamSummary" in scenario.call("GetResourcePolicy", ResourceARN=arn)["Policy"]
    scenario.call("DeleteResourcePolicy", ResourceARN=arn)
    scenario.on("AddTagsToStream", Tags={"team": "rides"})
    scenario.call("TagResource", ResourceARN=arn, Tags={"more": "tags"})
    tags = scenario.call("ListTagsForResource", ResourceARN=arn)["Tags"]
    assert {t["Key"] for t in tags} == {"born", "team", "more"}
    scenario.call("UntagResource", ResourceARN=arn, TagKeys=["more"])
    scenario.on("RemoveTagsFromStream", TagKeys=["born"])
    assert scenario.on("ListTagsForStream")["Tags"] == [{"Key": "team", "Value": "rides"}]


def modes(scenario):
    arn = scenario.summary()["StreamARN"]
    scenario.call("UpdateAccountSettings", MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    scenario.call("UpdateStreamMode", StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert scenario.settled()["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
    answer = scenario.on("UpdateStreamWarmThroughput", WarmThroughputMiBps=8)
    assert answer["WarmThroughput"]["TargetMiBps"] == 8
    assert scenario.settled()["OpenShardCount"] == 8


def test_a_refusal_has_its_code_and_text_in_every_client(scenario):
    scenario.on("CreateStream", ShardCount=1)
    scenario.settled()
    long_key = "k" * 5000  # long enough for CBOR writers to send it in pieces
    refusals = [
        ("DescribeStream", {"StreamName": "nowhere"}, "ResourceNotFoundException", "Stream nowhere under account"),
        ("CreateStream", {"StreamName": "rides", "ShardCount": 1}, "ResourceInUseException", "Stream rides under account"),
        ("PutRecord", {"StreamName": "rides", "Data": b"x", "PartitionKey": "k", "ExplicitHashKey": str(2 ** 128 + 1)},
         "InvalidArgumentException", "Invalid ExplicitHashKey"),
        ("PutRecord", {"StreamName": "rides", "Data": b"x", "PartitionKey": long_key}, "ValidationException", "partitionKey"),
        ("GetRecords", {"ShardIterator": "A" * 40}, "InvalidArgumentException", "Invalid ShardIterator"),
        ("GetShardIterator", {"StreamName": "rides", "ShardId": FIRST, "ShardIteratorType": "SIDEWAYS"},
         "ValidationException", "Member must satisfy enum value set"),
        ("GetShardIterator", {"StreamName": "rides", "ShardId": FIRST, "ShardIteratorType": "AT_TIMESTAMP",
                              "Timestamp": time.time() + 3600},
         "InvalidArgumentException", "cannot be greater than the currentTimestampInMillis"),
        ("UpdateShardCount", {"StreamName": "rides", "TargetShardCount": 100, "ScalingType": "UNIFORM_SCALING"},
         "LimitExceededException", "UpdateShardCount"),
    ]
    for operation, arguments, code, text in refusals:
        with pytest.raises(Refused) as refused:
            scenario.call(operation, **arguments)
        assert (refused.value.code, text in refused.value.message) == (code, True), refused.value
