"""Every operation of Kinesis with every mistake that its model can name, and the mistakes that only a state can.

The first half is driven by botocore's own description of the API: each required member left out, each member too
short, too long, outside its range, off its pattern or its list. The second half is a table: not found, wrong state,
limit. Both compare the code and the text.
"""
import botocore.config
import botocore.session
import pytest

from kinesis_streams import error_of, kinesis, stream, wait_active  # noqa: F401

MODEL = botocore.session.get_session().get_service_model("kinesis")
ABSENT_ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/absent"

POLICY = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kinesis:PutRecord",'
          '"Resource":"%s"}]}' % ABSENT_ARN)

# What a call needs beside the member under test, as a caller who makes no other mistake would write it.
VALUES = {
    "StreamName": "absent", "StreamARN": ABSENT_ARN, "ResourceARN": ABSENT_ARN, "ShardId": "shardId-000000000000",
    "ConsumerARN": ABSENT_ARN + "/consumer/absent:1500000000", "ConsumerName": "absent", "Tags": {"team": "rides"},
    "TagKeys": ["team"], "RetentionPeriodHours": 48, "ShardLevelMetrics": ["IncomingBytes"], "ShardIterator": "none",
    "ShardIteratorType": "LATEST", "ShardToMerge": "shardId-000000000000", "AdjacentShardToMerge": "shardId-000000000001",
    "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": "1000", "Data": b"x", "PartitionKey": "k",
    "Records": [{"Data": b"x", "PartitionKey": "k"}], "Policy": POLICY, "EncryptionType": "KMS",
    "KeyId": "alias/aws/kinesis", "StartingPosition": {"Type": "LATEST"},
    "MinimumThroughputBillingCommitment": {"Status": "ENABLED"}, "MaxRecordSizeInKiB": 2048, "TargetShardCount": 2,
    "ScalingType": "UNIFORM_SCALING", "StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "WarmThroughputMiBps": 10,
}


def lower_first(name):
    return name[0].lower() + name[1:]


def arguments_of(operation):
    shape = MODEL.operation_model(operation).input_shape
    return {name: VALUES[name] for name in (shape.required_members if shape else [])}


def missing_members():
    for operation in MODEL.operation_names:
        shape = MODEL.operation_model(operation).input_shape
        for member in (shape.required_members if shape else []):
            yield pytest.param(operation, member, id=f"{operation}-{member}")


def constraint(text):
    return "failed to satisfy constraint: " + text


def broken_values(shape):
    """Values that break one rule of the shape, with the end of AWS's text for it."""
    rules = shape.metadata
    if shape.type_name == "string":
        if shape.enum:
            yield "enum", "NOT_ON_THE_LIST", constraint("Member must satisfy enum value set: [")
        if "pattern" in rules:
            yield "pattern", "?", constraint("Member must satisfy regular expression pattern: ")
        if rules.get("min"):
            yield "empty", "", constraint(f"Member must have length greater than or equal to {rules['min']}")
        if "max" in rules and rules["max"] <= 4096:
            yield "long", "a" * (rules["max"] + 1), constraint(f"Member must have length less than or equal to {rules['max']}")
    elif shape.type_name in ("integer", "long"):
        if "min" in rules:
            yield "small", rules["min"] - 1, constraint(f"Member must have value greater than or equal to {rules['min']}")
        if "max" in rules:
            yield "large", rules["max"] + 1, constraint(f"Member must have value less than or equal to {rules['max']}")
    elif shape.type_name == "list" and rules.get("min"):
        yield "none", [], constraint(f"Member must have length greater than or equal to {rules['min']}")
        good = VALUES[{"TagKeyList": "TagKeys", "MetricsNameList": "ShardLevelMetrics",
                       "PutRecordsRequestEntryList": "Records"}[shape.name]]
        yield "many", good * (rules["max"] + 1), constraint(f"Member must have length less than or equal to {rules['max']}")
    elif shape.type_name == "map" and rules.get("min"):
        yield "none", {}, constraint(f"Member must have length greater than or equal to {rules['min']}")
        yield "many", {f"k{i}": "v" for i in range(rules["max"] + 1)}, \
            constraint(f"Member must have length less than or equal to {rules['max']}")


def broken_members():
    for operation in MODEL.operation_names:
        shape = MODEL.operation_model(operation).input_shape
        for member, member_shape in (shape.members.items() if shape else []):
            for rule, value, text in broken_values(member_shape):
                yield pytest.param(operation, member, value, text, id=f"{operation}-{member}-{rule}")


@pytest.fixture(scope="module")
def unchecked(server):
    """A client that sends what it is told."""
    return server.client("kinesis", config=botocore.config.Config(
        parameter_validation=False, retries={"max_attempts": 0, "mode": "standard"}))


def call(client, operation, arguments):
    return error_of(client._make_api_call, operation_name=operation, api_params=arguments)


@pytest.mark.parametrize("operation, member", list(missing_members()))
def test_a_required_member_left_out_is_named(unchecked, operation, member):
    arguments = arguments_of(operation)
    del arguments[member]
    assert call(unchecked, operation, arguments) == (
        "ValidationException",
        f"1 validation error detected: Value null at '{lower_first(member)}' failed to satisfy constraint: "
        "Member must not be null")


@pytest.mark.parametrize("operation, member, value, text", list(broken_members()))
def test_a_value_outside_its_rules_is_named_with_the_rule(unchecked, operation, member, value, text):
    code, message = call(unchecked, operation, {**arguments_of(operation), member: value})
    assert code == "ValidationException"
    assert f"at '{lower_first(member)}' " in message
    assert text in message
    assert message.startswith(("1 validation error detected: Value ", "2 validation errors detected: Value "))


def takes_a_stream():
    for operation in MODEL.operation_names:
        shape = MODEL.operation_model(operation).input_shape
        if not shape or operation in ("CreateStream", "GetRecords", "ListStreams", "DescribeStreamConsumer",
                                      "DeregisterStreamConsumer"):
            continue
        for member in ("StreamName", "StreamARN", "ResourceARN", "ConsumerARN"):
            if member in shape.members:
                yield pytest.param(operation, member, id=f"{operation}-{member}")


@pytest.mark.parametrize("operation, member", list(takes_a_stream()))
def test_a_stream_that_is_not_there_is_not_found(unchecked, server, operation, member):
    account = server.client("sts").get_caller_identity()["Account"]
    arguments = {name: value.replace(":000000000000:", f":{account}:") if isinstance(value, str) else value
                 for name, value in {**arguments_of(operation), member: VALUES[member]}.items()}
    code, message = call(unchecked, operation, arguments)
    assert code == "ResourceNotFoundException"
    assert "absent" in message and account in message


def is_by_name_or_arn(operation):
    shape = MODEL.operation_model(operation).input_shape
    return shape is not None and {"StreamName", "StreamARN"} <= set(shape.members) and \
        "StreamName" not in shape.required_members


@pytest.mark.parametrize("operation", [o for o in MODEL.operation_names if is_by_name_or_arn(o)])
def test_a_call_that_names_no_stream_is_refused(unchecked, operation):
    assert call(unchecked, operation, arguments_of(operation))[0] in ("ValidationException", "InvalidArgumentException")


FIRST, SECOND = "shardId-000000000000", "shardId-000000000001"
STATES = [
    # operation, arguments, code, what the text says
    ("CreateStream", {"StreamName": "NAME", "ShardCount": 1}, "ResourceInUseException", "Stream NAME under account"),
    ("CreateStream", {"StreamName": "other", "ShardCount": 100_000}, "LimitExceededException",
     "would exceed the shard limit for the account"),
    ("SplitShard", {"ShardToSplit": "shardId-000000000009", "NewStartingHashKey": "5"}, "ResourceNotFoundException",
     "Could not find shard shardId-000000000009 in stream NAME"),
    ("SplitShard", {"ShardToSplit": FIRST, "NewStartingHashKey": "0"}, "InvalidArgumentException",
     "is not both greater than one plus the shard's StartingHashKey"),
    ("SplitShard", {"ShardToSplit": FIRST, "NewStartingHashKey": str(2**128 - 1)}, "InvalidArgumentException",
     "less than the shard's EndingHashKey"),
    ("MergeShards", {"ShardToMerge": FIRST, "AdjacentShardToMerge": FIRST}, "InvalidArgumentException",
     "not an adjacent pair of shards eligible for merging"),
    ("MergeShards", {"ShardToMerge": FIRST, "AdjacentShardToMerge": "shardId-000000000002"}, "InvalidArgumentException",
     "not an adjacent pair of shards eligible for merging"),
    ("UpdateShardCount", {"TargetShardCount": 7, "ScalingType": "UNIFORM_SCALING"}, "LimitExceededException",
     "cannot scale up over double your current open shard count"),
    ("UpdateShardCount", {"TargetShardCount": 1, "ScalingType": "UNIFORM_SCALING"}, "LimitExceededException",
     "cannot scale down below half your current open shard count"),
    ("IncreaseStreamRetentionPeriod", {"RetentionPeriodHours": 8761}, "InvalidArgumentException",
     "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long."),
    ("IncreaseStreamRetentionPeriod", {"RetentionPeriodHours": 23}, "InvalidArgumentException",
     "Minimum allowed retention period is 24 hours."),
    ("DecreaseStreamRetentionPeriod", {"RetentionPeriodHours": 48}, "InvalidArgumentException",
     "can not be longer than existing retention period (24 hours)"),
    ("StartStreamEncryption", {"EncryptionType": "KMS", "KeyId": "alias/nobody"}, "KMSNotFoundException",
     "alias/nobody is not found"),
    ("GetShardIterator", {"ShardId": "shardId-000000000009", "ShardIteratorType": "LATEST"},
     "ResourceNotFoundException", "Shard shardId-000000000009 in stream NAME"),
    ("GetShardIterator", {"ShardId": FIRST, "ShardIteratorType": "AT_TIMESTAMP"}, "InvalidArgumentException",
     "Must specify timestampInMillis parameter"),
    ("PutRecord", {"Data": b"x", "PartitionKey": "k", "ExplicitHashKey": str(2**128)}, "InvalidArgumentException",
     "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]."),
    ("PutRecord", {"Data": b"x" * (1024 * 1024 + 1), "PartitionKey": "k"}, "ValidationException", ""),
    ("ListShards", {"NextToken": "nonsense"}, "InvalidArgumentException", ""),
    ("UpdateStreamWarmThroughput", {"WarmThroughputMiBps": 10}, "ValidationException",
     "only supported for data streams with the on-demand capacity mode"),
]


@pytest.mark.parametrize("operation, arguments, code, text", STATES,
                         ids=[f"{i}-{row[0]}" for i, row in enumerate(STATES)])
def test_a_wrong_state_or_a_limit_has_the_code_and_text_of_aws(unchecked, stream, operation, arguments, code, text):
    name = stream(3)
    arguments = {key: value.replace("NAME", name) if isinstance(value, str) else value
                 for key, value in arguments.items()}
    if "StreamName" in MODEL.operation_model(operation).input_shape.members and "StreamName" not in arguments:
        arguments["StreamName"] = name
    found, message = call(unchecked, operation, arguments)
    assert (found, text.replace("NAME", name) in message) == (code, True), message


@pytest.mark.parametrize("operation, arguments", [
    ("PutRecord", {"Data": b"x", "PartitionKey": "k"}),
    ("PutRecords", {"Records": [{"Data": b"x", "PartitionKey": "k"}]}),
    ("SplitShard", {"ShardToSplit": FIRST, "NewStartingHashKey": "1000"}),
    ("MergeShards", {"ShardToMerge": FIRST, "AdjacentShardToMerge": SECOND}),
    ("UpdateShardCount", {"TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"}),
    ("IncreaseStreamRetentionPeriod", {"RetentionPeriodHours": 48}),
    ("StartStreamEncryption", {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
    ("EnableEnhancedMonitoring", {"ShardLevelMetrics": ["ALL"]}),
])
def test_a_stream_that_is_being_made_is_not_there_or_in_use(new_server, operation, arguments):
    server = new_server("--state-change-delay-ms", "60000")
    client = server.client("kinesis")
    client.create_stream(StreamName="young", ShardCount=2)
    assert client.describe_stream_summary(StreamName="young")["StreamDescriptionSummary"]["StreamStatus"] == "CREATING"
    code, message = call(client, operation, {"StreamName": "young", **arguments})
    assert code == ("ResourceNotFoundException" if operation.startswith("Put") else "ResourceInUseException")
    assert "young" in message
