"""CloudWatch's metrics of streams: what was put is what is told, in each protocol that AWS's clients speak to it."""
import datetime
import json
import re
import urllib.request

import botocore.exceptions
import botocore.parsers
import botocore.serialize
import pytest

from helpers import until

PROTOCOLS = ["json", "query", "smithy-rpc-v2-cbor"]  # boto3, CLI and JavaScript; older SDKs; Go and Java


class Factory:
    def __init__(self, protocol):
        self.protocol = protocol

    def create_parser(self, _):
        return botocore.parsers.create_parser(self.protocol)


def speaking(protocol, client):
    client._serializer = botocore.serialize.create_serializer(protocol, include_validation=True)
    client._endpoint._response_parser_factory = Factory(protocol)
    return client


@pytest.fixture(params=PROTOCOLS)
def cloudwatch(request, aws):
    return speaking(request.param, aws("cloudwatch"))


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def span():
    """From well before the test to well behind it."""
    return {"StartTime": now() - datetime.timedelta(minutes=20), "EndTime": now() + datetime.timedelta(minutes=5)}


def dimensions(**given):
    return [{"Name": name, "Value": value} for name, value in given.items()]


def total(cloudwatch, metric, statistic="Sum", **of):
    """The statistic over all minutes; None without a point."""
    answer = cloudwatch.get_metric_statistics(Namespace="AWS/Kinesis", MetricName=metric, Dimensions=dimensions(**of),
                                              Period=60, Statistics=[statistic], **span())
    assert answer["Label"] == metric
    values = [point[statistic] for point in answer["Datapoints"]]
    if not values:
        return None
    return sum(values) if statistic in ("Sum", "SampleCount") else max(values)


@pytest.fixture
def stream(aws, unique):
    """A stream of two shards with 30 records put at once and five one by one, seven bytes each with their key."""
    kinesis = aws("kinesis")
    name = unique("measured")
    kinesis.create_stream(StreamName=name, ShardCount=2)
    until("stream", 30, lambda: kinesis.describe_stream_summary(StreamName=name)[
        "StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")
    put(kinesis, name)
    yield name
    kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)


def put(kinesis, name):
    records = [{"Data": b"123456", "PartitionKey": "k", "ExplicitHashKey": "0"} for _ in range(30)]
    kinesis.put_records(StreamName=name, Records=records)
    for _ in range(5):
        kinesis.put_record(StreamName=name, Data=b"123456", PartitionKey="k", ExplicitHashKey=str(2 ** 128 - 1))


def test_sums_are_what_was_put(cloudwatch, stream):
    assert total(cloudwatch, "IncomingRecords", StreamName=stream) == 35
    assert total(cloudwatch, "IncomingRecords", "SampleCount", StreamName=stream) == 6
    assert total(cloudwatch, "IncomingBytes", StreamName=stream) == 35 * 7
    assert total(cloudwatch, "PutRecords.Records", "Maximum", StreamName=stream) == 30
    assert total(cloudwatch, "PutRecords.Bytes", StreamName=stream) == 30 * 7
    assert total(cloudwatch, "PutRecords.Success", StreamName=stream) == 1
    assert total(cloudwatch, "PutRecords.TotalRecords", StreamName=stream) == 30
    assert total(cloudwatch, "PutRecords.ThrottledRecords", StreamName=stream) == 0
    assert total(cloudwatch, "PutRecord.Success", StreamName=stream) == 5
    assert total(cloudwatch, "PutRecord.Bytes", StreamName=stream) == 5 * 7
    assert 0 < total(cloudwatch, "PutRecord.Latency", "Maximum", StreamName=stream) < 60_000
    assert total(cloudwatch, "WriteProvisionedThroughputExceeded", StreamName=stream) == 0
    assert total(cloudwatch, "GetRecords.Success", StreamName=stream) is None
    assert total(cloudwatch, "IncomingRecords", StreamName="another") is None


def test_readers_are_measured(cloudwatch, aws, stream):
    kinesis = aws("kinesis")
    at = kinesis.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000",
                                    ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    answer = kinesis.get_records(ShardIterator=at, Limit=10)
    assert len(answer["Records"]) == 10
    assert total(cloudwatch, "GetRecords.Records", StreamName=stream) == 10
    assert total(cloudwatch, "GetRecords.Bytes", StreamName=stream) == 70
    assert total(cloudwatch, "GetRecords.Success", StreamName=stream) == 1
    age = total(cloudwatch, "GetRecords.IteratorAgeMilliseconds", "Maximum", StreamName=stream)
    assert age == answer["MillisBehindLatest"] > 0


def test_subscribers_are_measured(cloudwatch, aws, stream):
    kinesis = aws("kinesis")
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")["Consumer"]["ConsumerARN"]
    until("consumer", 30, lambda: kinesis.describe_stream_consumer(ConsumerARN=consumer)[
        "ConsumerDescription"]["ConsumerStatus"] == "ACTIVE")
    events = kinesis.subscribe_to_shard(ConsumerARN=consumer, ShardId="shardId-000000000000",
                                        StartingPosition={"Type": "TRIM_HORIZON"})["EventStream"]
    for event in events:
        if event["SubscribeToShardEvent"]["Records"]:
            break
    of = {"StreamName": stream, "ConsumerName": "reader"}
    assert total(cloudwatch, "SubscribeToShard.Success", **of) == 1
    assert total(cloudwatch, "SubscribeToShardEvent.Records", **of) == 30
    assert total(cloudwatch, "SubscribeToShardEvent.Bytes", **of) == 210
    events.close()


def test_shards_are_measured_only_with_enhanced_monitoring(cloudwatch, aws, stream):
    kinesis = aws("kinesis")
    first, second = ({"StreamName": stream, "ShardId": f"shardId-{i:012}"} for i in range(2))
    assert total(cloudwatch, "IncomingRecords", **first) is None
    kinesis.enable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["IncomingRecords", "OutgoingBytes"])
    put(kinesis, stream)
    assert total(cloudwatch, "IncomingRecords", **first) == 30
    assert total(cloudwatch, "IncomingRecords", **second) == 5
    assert total(cloudwatch, "IncomingBytes", **first) is None
    assert total(cloudwatch, "IncomingRecords", StreamName=stream) == 70
    kinesis.disable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["ALL"])
    put(kinesis, stream)
    assert total(cloudwatch, "IncomingRecords", **first) == 30


def test_many_metrics_come_with_one_call(cloudwatch, stream):
    def query(name, metric, stat="Sum", **more):
        return {"Id": name, "MetricStat": {"Metric": {"Namespace": "AWS/Kinesis", "MetricName": metric,
                                                      "Dimensions": dimensions(StreamName=stream)},
                                           "Period": 300, "Stat": stat}, **more}

    answer = cloudwatch.get_metric_data(MetricDataQueries=[
        query("a", "IncomingRecords"), query("b", "PutRecord.Success", Label="one by one"),
        query("c", "IncomingBytes", ReturnData=False), query("d", "IncomingRecords", "p99")], **span())
    found = {result["Id"]: result for result in answer["MetricDataResults"]}
    assert sorted(found) == ["a", "b", "d"]
    assert sum(found["a"]["Values"]) == 35
    assert (found["b"]["Label"], sum(found["b"]["Values"])) == ("one by one", 5)
    assert found["d"].get("Values", []) == []  # of a minute, single samples are not kept
    assert all(result["StatusCode"] == "Complete" for result in found.values())
    for when in found["a"]["Timestamps"]:
        assert when.timestamp() % 300 == 0


def test_metrics_are_listed(cloudwatch, stream):
    listed = cloudwatch.list_metrics(Namespace="AWS/Kinesis", Dimensions=dimensions(StreamName=stream))["Metrics"]
    names = {metric["MetricName"] for metric in listed}
    assert {"IncomingRecords", "IncomingBytes", "PutRecord.Success", "PutRecords.Latency"} <= names
    assert "GetRecords.Success" not in names
    assert all(metric["Dimensions"] == dimensions(StreamName=stream) for metric in listed)
    one = cloudwatch.list_metrics(Namespace="AWS/Kinesis", MetricName="IncomingBytes", RecentlyActive="PT3H",
                                  Dimensions=[{"Name": "StreamName"}])["Metrics"]
    assert stream in {metric["Dimensions"][0]["Value"] for metric in one}
    assert cloudwatch.list_metrics(Namespace="AWS/None").get("Metrics", []) == []


def test_metrics_of_callers_are_kept(cloudwatch, unique):
    space = unique("Rides")
    cloudwatch.put_metric_data(Namespace=space, MetricData=[
        {"MetricName": "Speed", "Dimensions": dimensions(Unicorn="Shadowfax"), "Value": 12.5, "Unit": "Kilobits/Second"},
        {"MetricName": "Speed", "Dimensions": dimensions(Unicorn="Shadowfax"), "Values": [1.0, 2.0], "Counts": [2.0, 1.0],
         "Unit": "Kilobits/Second"},
        {"MetricName": "Load", "StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 5}}])
    points = cloudwatch.get_metric_statistics(
        Namespace=space, MetricName="Speed", Dimensions=dimensions(Unicorn="Shadowfax"), Period=3600,
        Statistics=["Sum", "SampleCount", "Average", "Minimum", "Maximum"], **span())["Datapoints"]
    assert len(points) == 1
    assert {k: v for k, v in points[0].items() if k != "Timestamp"} == {
        "Sum": 16.5, "SampleCount": 4.0, "Average": 4.125, "Minimum": 1.0, "Maximum": 12.5, "Unit": "Kilobits/Second"}
    load = cloudwatch.get_metric_statistics(Namespace=space, MetricName="Load", Period=3600, Statistics=["Average"],
                                            **span())["Datapoints"]
    assert [point["Average"] for point in load] == [2.5]


def test_many_metrics_of_callers_come_compressed(aws, unique):
    """boto3 compresses a PutMetricData of more than 10 KiB."""
    client, space = aws("cloudwatch"), unique("Rides")
    client.put_metric_data(Namespace=space, MetricData=[{"MetricName": f"metric-{i}", "Value": float(i)} for i in range(600)])
    found = [m["MetricName"] for page in client.get_paginator("list_metrics").paginate(Namespace=space) for m in page["Metrics"]]
    assert sorted(found) == sorted(f"metric-{i}" for i in range(600))


@pytest.mark.parametrize("arguments, code", [
    ({"EndTime": now() - datetime.timedelta(hours=1)}, "InvalidParameterValue"),
    ({"Period": 61}, "InvalidParameterValue"),
    ({"Statistics": None}, "InvalidParameterCombination"),
    ({"StartTime": now() - datetime.timedelta(days=10)}, "InvalidParameterCombination"),
    ({"Statistics": ["Median"]}, "ValidationError"),
])
def test_refusals_have_the_codes_of_the_query_protocol(cloudwatch, arguments, code):
    given = {"Namespace": "AWS/Kinesis", "MetricName": "IncomingBytes", "Period": 60, "Statistics": ["Sum"], **span(), **arguments}
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        cloudwatch.get_metric_statistics(**{name: value for name, value in given.items() if value is not None})
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["Error"]["Message"]


def test_namespaces_of_services_take_nothing_from_callers(cloudwatch):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        cloudwatch.put_metric_data(Namespace="AWS/Kinesis", MetricData=[{"MetricName": "IncomingBytes", "Value": 1.0}])
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert type(refused.value).__name__ in ("InvalidParameterValueException", "ClientError")


def test_policies_decide_who_reads(aws, unique):
    iam, name = aws("iam"), unique("watcher")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="reads", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "cloudwatch:ListMetrics", "Resource": "*"},
        {"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*",
         "Condition": {"StringEquals": {"cloudwatch:namespace": "Rides"}}}]}))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    client = aws("cloudwatch", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    client.list_metrics()
    client.put_metric_data(Namespace="Rides", MetricData=[{"MetricName": "m", "Value": 1.0}])
    for call in (lambda: client.put_metric_data(Namespace="Other", MetricData=[{"MetricName": "m", "Value": 1.0}]),
                 lambda: client.get_metric_statistics(Namespace="Rides", MetricName="m", Period=60, Statistics=["Sum"], **span())):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")


def test_prometheus_sees_the_same(server, stream):
    if server is None:
        pytest.skip("AWS has no /metrics")
    text = urllib.request.urlopen(server.endpoint + "/metrics", timeout=10, context=server.trust()).read().decode()

    def value(family):
        return float(re.search(rf'^wildrydes_kinesis_stream_{family}{{[^}}]*stream="{stream}"}} (\S+)$', text, re.M).group(1))

    assert value("incoming_records_total") == 35
    assert value("put_records_bytes_total") == 210
    assert value("put_record_latency_seconds_count") == 5
    assert text.count("# TYPE wildrydes_kinesis_stream_incoming_records_total counter") == 1
    assert "wildrydes_kinesis_shard_" not in "".join(
        line for line in text.splitlines() if stream in line)
