"""Data Firehose through boto3: direct puts and a Kinesis source, down to the objects in the bucket."""
import gzip
import json
import re
import time

import botocore.exceptions
import pytest

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "firehose.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
RIGHTS = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:PutObject", "kinesis:DescribeStream", "kinesis:GetRecords",
                                   "kinesis:GetShardIterator", "kinesis:ListShards"], "Resource": "*"}]}


@pytest.fixture
def firehose(aws):
    return aws("firehose")


@pytest.fixture
def role(aws, unique):
    name = unique("delivery")
    iam = aws("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=json.dumps(RIGHTS))
    return arn


@pytest.fixture
def bucket(aws, unique):
    name = unique("archive")
    aws("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def create(firehose, role, bucket, unique):
    def create_stream(source=None, **more):
        name = unique("hose")
        arguments = {"DeliveryStreamName": name, "ExtendedS3DestinationConfiguration": {
            "RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 1}, **more}}
        if source:
            arguments["DeliveryStreamType"] = "KinesisStreamAsSource"
            arguments["KinesisStreamSourceConfiguration"] = {"KinesisStreamARN": source, "RoleARN": role}
        firehose.create_delivery_stream(**arguments)
        wait_for(lambda: status_of(firehose, name) == "ACTIVE")
        return name

    return create_stream


def status_of(firehose, name):
    return firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]["DeliveryStreamStatus"]


def wait_for(check, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


def refused(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def archive(aws, bucket):
    """Key and body of every object."""
    s3 = aws("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_direct_puts_arrive_without_separators(aws, firehose, create, bucket):
    name = create()
    assert firehose.put_record(DeliveryStreamName=name, Record={"Data": b"one"})["RecordId"]
    answer = firehose.put_record_batch(DeliveryStreamName=name, Records=[{"Data": b"two"}, {"Data": b"three"}])
    assert (answer["FailedPutCount"], len(answer["RequestResponses"])) == (0, 2)
    wait_for(lambda: b"".join(archive(aws, bucket).values()) == b"onetwothree")
    for key in archive(aws, bucket):
        assert re.fullmatch(rf"\d{{4}}/\d\d/\d\d/\d\d/{name}-1-\d{{4}}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{{36}}", key)


def test_a_kinesis_stream_is_archived_compressed_and_under_a_prefix(aws, create, bucket, unique):
    kinesis, stream = aws("kinesis"), unique("stream")
    kinesis.create_stream(StreamName=stream, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1})
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    create(arn, CompressionFormat="GZIP", Prefix="raw/!{timestamp:yyyy}/", ErrorOutputPrefix="bad/")
    lines = [f"{i};".encode() for i in range(100)]
    kinesis.put_records(StreamName=stream, Records=[{"Data": line, "PartitionKey": line.decode()} for line in lines])

    def arrived():
        objects = archive(aws, bucket)
        assert all(re.match(r"raw/\d{4}/", key) and key.endswith(".gz") for key in objects)
        text = b"".join(gzip.decompress(body) for body in objects.values())
        return sorted(text.split(b";")) == sorted([b""] + [line[:-1] for line in lines])

    wait_for(arrived)


def test_descriptions_updates_and_versions(firehose, create, role, bucket):
    name = create(Prefix="p/")
    shown = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    destination = shown["Destinations"][0]
    assert (shown["VersionId"], shown["DeliveryStreamType"]) == ("1", "DirectPut")
    extended = destination["ExtendedS3DestinationDescription"]
    assert (extended["Prefix"], extended["RoleARN"], extended["CompressionFormat"]) == ("p/", role, "UNCOMPRESSED")
    change = {"DeliveryStreamName": name, "DestinationId": destination["DestinationId"],
              "ExtendedS3DestinationUpdate": {"CompressionFormat": "GZIP"}}
    assert refused(firehose.update_destination, CurrentDeliveryStreamVersionId="9", **change) == \
        "ConcurrentModificationException"
    firehose.update_destination(CurrentDeliveryStreamVersionId="1", **change)
    shown = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    assert shown["VersionId"] == "2"
    assert shown["Destinations"][0]["ExtendedS3DestinationDescription"]["CompressionFormat"] == "GZIP"
    assert shown["Destinations"][0]["ExtendedS3DestinationDescription"]["Prefix"] == "p/"


def test_lists_tags_and_deletion(firehose, create):
    name = create()
    assert name in firehose.list_delivery_streams(Limit=1000)["DeliveryStreamNames"]
    firehose.tag_delivery_stream(DeliveryStreamName=name, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    firehose.untag_delivery_stream(DeliveryStreamName=name, TagKeys=["a"])
    assert firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    firehose.delete_delivery_stream(DeliveryStreamName=name)
    wait_for(lambda: name not in firehose.list_delivery_streams(Limit=1000)["DeliveryStreamNames"])
    assert refused(firehose.describe_delivery_stream, DeliveryStreamName=name) == "ResourceNotFoundException"
    assert refused(firehose.put_record, DeliveryStreamName=name, Record={"Data": b"x"}) == "ResourceNotFoundException"


def test_what_cannot_be_delivered_is_refused(firehose, role, bucket, unique):
    def attempt(**more):
        configuration = {"RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}", **more}
        return refused(firehose.create_delivery_stream, DeliveryStreamName=unique("hose"),
                       ExtendedS3DestinationConfiguration=configuration)

    assert attempt(RoleARN=role + "x") == "InvalidArgumentException"
    assert attempt(Prefix="!{timestamp:yyyy}/") == "InvalidArgumentException"
    assert attempt(Prefix="!{firehose:error-output-type}/", ErrorOutputPrefix="e/") == "InvalidArgumentException"
    assert attempt(CompressionFormat="Snappy") == "InvalidArgumentException"
    assert attempt(BufferingHints={"SizeInMBs": 5}) == "InvalidArgumentException"
