"""Registered consumers of streams and resource policies, through boto3."""
import json

import pytest

from kinesis_streams import error_of, kinesis, stream, wait_active  # noqa: F401


def arn_of(kinesis, name):
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def register(kinesis, arn, name, **more):
    return kinesis.register_stream_consumer(StreamARN=arn, ConsumerName=name, **more)["Consumer"]


@pytest.fixture
def stranger(aws, unique):
    """stranger(): a Kinesis client of a user without any policy, and the user's ARN."""
    iam = aws("iam")
    made = []

    def make():
        name = unique("stranger")
        user = iam.create_user(UserName=name)["User"]
        key = iam.create_access_key(UserName=name)["AccessKey"]
        made.append((name, key["AccessKeyId"]))
        client = aws("kinesis", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
        return client, user["Arn"]

    yield make
    for name, key in made:
        iam.delete_access_key(UserName=name, AccessKeyId=key)
        iam.delete_user(UserName=name)


def test_a_consumer_lives_from_register_to_deregister(kinesis, stream):
    name = stream()
    arn = arn_of(kinesis, name)
    made = register(kinesis, arn, "dashboard")
    assert made["ConsumerName"] == "dashboard"
    assert made["ConsumerStatus"] == "CREATING"
    created = int(made["ConsumerCreationTimestamp"].timestamp())
    assert made["ConsumerARN"] == f"{arn}/consumer/dashboard:{created}"
    by_arn = kinesis.describe_stream_consumer(ConsumerARN=made["ConsumerARN"])["ConsumerDescription"]
    by_name = kinesis.describe_stream_consumer(StreamARN=arn, ConsumerName="dashboard")["ConsumerDescription"]
    assert by_arn == by_name
    assert by_arn["ConsumerStatus"] == "ACTIVE" and by_arn["StreamARN"] == arn
    assert kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["ConsumerCount"] == 1
    code, message = error_of(kinesis.register_stream_consumer, StreamARN=arn, ConsumerName="dashboard")
    assert code == "ResourceInUseException" and "dashboard" in message
    kinesis.deregister_stream_consumer(ConsumerARN=made["ConsumerARN"])
    assert error_of(kinesis.describe_stream_consumer, ConsumerARN=made["ConsumerARN"])[0] == "ResourceNotFoundException"
    assert kinesis.list_stream_consumers(StreamARN=arn)["Consumers"] == []


def test_consumers_are_listed_page_by_page(kinesis, stream):
    arn = arn_of(kinesis, stream())
    names = [f"c{i}" for i in range(5)]
    for name in names:
        register(kinesis, arn, name)
    found, arguments = [], {"StreamARN": arn, "MaxResults": 2}
    while True:
        answer = kinesis.list_stream_consumers(**arguments)
        assert len(answer["Consumers"]) <= 2
        found += [c["ConsumerName"] for c in answer["Consumers"]]
        if "NextToken" not in answer:
            break
        arguments["NextToken"] = answer["NextToken"]
    assert found == names
    other = arn_of(kinesis, stream())
    token = kinesis.list_stream_consumers(StreamARN=arn, MaxResults=1)["NextToken"]
    assert error_of(kinesis.list_stream_consumers, StreamARN=other, NextToken=token)[0] == "InvalidArgumentException"


def test_twenty_consumers_are_the_limit(kinesis, stream):
    arn = arn_of(kinesis, stream())
    for i in range(20):
        register(kinesis, arn, f"c{i}")
    assert error_of(kinesis.register_stream_consumer, StreamARN=arn, ConsumerName="one-more")[0] == "LimitExceededException"


def test_a_stream_with_consumers_is_deleted_only_on_demand(kinesis, stream):
    name = stream()
    consumer = register(kinesis, arn_of(kinesis, name), "reader")["ConsumerARN"]
    assert error_of(kinesis.delete_stream, StreamName=name)[0] == "ResourceInUseException"
    kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
    assert error_of(kinesis.describe_stream_consumer, ConsumerARN=consumer)[0] == "ResourceNotFoundException"


def test_a_consumer_has_tags_of_its_own(kinesis, stream):
    name = stream(1, Tags={"of": "stream"})
    consumer = register(kinesis, arn_of(kinesis, name), "tagged", Tags={"born": "here"})["ConsumerARN"]
    kinesis.tag_resource(ResourceARN=consumer, Tags={"team": "rides"})
    tags = {t["Key"]: t["Value"] for t in kinesis.list_tags_for_resource(ResourceARN=consumer)["Tags"]}
    assert tags == {"born": "here", "team": "rides"}
    kinesis.untag_resource(ResourceARN=consumer, TagKeys=["born"])
    tags = {t["Key"]: t["Value"] for t in kinesis.list_tags_for_resource(ResourceARN=consumer)["Tags"]}
    assert tags == {"team": "rides"}
    tags = {t["Key"]: t["Value"] for t in kinesis.list_tags_for_stream(StreamName=name)["Tags"]}
    assert tags == {"of": "stream"}
    kinesis.deregister_stream_consumer(ConsumerARN=consumer)
    assert error_of(kinesis.list_tags_for_resource, ResourceARN=consumer)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("arguments, code", [
    ({}, "InvalidArgumentException"),
    ({"ConsumerName": "alone"}, "InvalidArgumentException"),
    ({"StreamARN": "ARN"}, "InvalidArgumentException"),
    ({"StreamARN": "ARN", "ConsumerName": "absent"}, "ResourceNotFoundException"),
    ({"ConsumerARN": "ARN/consumer/absent:1500000000"}, "ResourceNotFoundException"),
    ({"ConsumerARN": "nonsense"}, "ValidationException"),
])
def test_errors_of_consumers(kinesis, stream, arguments, code):
    arn = arn_of(kinesis, stream())
    arguments = {key: value.replace("ARN", arn) for key, value in arguments.items()}
    assert error_of(kinesis.describe_stream_consumer, **arguments)[0] == code
    assert error_of(kinesis.deregister_stream_consumer, **arguments)[0] == code


def test_consumers_and_policies_survive_a_restart(new_server):
    server = new_server()
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=1)
    arn = arn_of(kinesis, "rides")
    consumer = register(kinesis, arn, "reader", Tags={"a": "b"})["ConsumerARN"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "kinesis:DescribeStreamSummary", "Resource": arn}]})
    kinesis.put_resource_policy(ResourceARN=arn, Policy=policy)
    server.kill()
    server.start()
    kinesis = server.client("kinesis")
    assert kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE"
    assert kinesis.list_tags_for_resource(ResourceARN=consumer)["Tags"] == [{"Key": "a", "Value": "b"}]
    assert kinesis.get_resource_policy(ResourceARN=arn)["Policy"] == policy


def test_a_streams_policy_lets_in_and_keeps_out(kinesis, stream, stranger):
    name = stream()
    arn = arn_of(kinesis, name)
    client, user = stranger()
    assert error_of(client.describe_stream_summary, StreamARN=arn)[0] == "AccessDeniedException"
    assert kinesis.get_resource_policy(ResourceARN=arn)["Policy"] == "{}"

    def put(*statements):
        kinesis.put_resource_policy(ResourceARN=arn, Policy=json.dumps({"Version": "2012-10-17",
                                                                       "Statement": list(statements)}))

    allow = {"Effect": "Allow", "Principal": {"AWS": user}, "Resource": arn,
             "Action": ["kinesis:PutRecord", "kinesis:DescribeStreamSummary"]}
    put(allow)
    client.describe_stream_summary(StreamARN=arn)
    client.put_record(StreamName=name, Data=b"x", PartitionKey="k")
    assert error_of(client.list_shards, StreamARN=arn)[0] == "AccessDeniedException"
    put(allow, {"Effect": "Deny", "Principal": "*", "Action": "kinesis:PutRecord", "Resource": arn})
    assert error_of(client.put_record, StreamName=name, Data=b"x", PartitionKey="k")[0] == "AccessDeniedException"
    kinesis.delete_resource_policy(ResourceARN=arn)
    assert error_of(client.describe_stream_summary, StreamARN=arn)[0] == "AccessDeniedException"
    assert error_of(kinesis.delete_resource_policy, ResourceARN=arn)[0] == "ResourceNotFoundException"


def test_a_consumers_policy_is_about_the_consumer_alone(kinesis, stream, stranger):
    arn = arn_of(kinesis, stream())
    consumer = register(kinesis, arn, "shared")["ConsumerARN"]
    client, user = stranger()
    kinesis.put_resource_policy(ResourceARN=consumer, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "kinesis:*", "Resource": consumer}]}))
    assert client.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerName"] == "shared"
    assert client.describe_stream_consumer(StreamARN=arn, ConsumerName="shared")
    assert error_of(client.describe_stream_summary, StreamARN=arn)[0] == "AccessDeniedException"


@pytest.mark.parametrize("policy", [
    "nonsense", "[]", '{"Version": "2012-10-17", "Statement": []}',
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kinesis:*", "Resource": "ARN"}]}',
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kinesis:*", '
    '"Resource": "ARN-other"}]}',
])
def test_a_policy_that_cannot_be_read_or_is_about_something_else_is_refused(kinesis, stream, policy):
    arn = arn_of(kinesis, stream())
    code, _ = error_of(kinesis.put_resource_policy, ResourceARN=arn, Policy=policy.replace("ARN", arn))
    assert code == "InvalidArgumentException"
    assert kinesis.get_resource_policy(ResourceARN=arn)["Policy"] == "{}"
