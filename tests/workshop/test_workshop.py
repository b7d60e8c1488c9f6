"""The workshop's four modules and its further work, as a user does them, and the numbers that must come out.

Each fixture is a step of the guide; each test looks at what came of it. Windows are real minutes: about three
of them pass.
"""
import collections
import datetime
import json
import re
import subprocess

import botocore
import botocore.config
import botocore.exceptions
import pytest

from conftest import BINARY, ROOT, Server
from guide import SUMMARY_SQL, TABLE_DDL, UTC, VITALS_SQL, Tool, Workshop
from helpers import (json_documents, json_of, make_role, objects_of, read_stream, run_query, until, zipped)


@pytest.fixture(scope="module")
def workshop(request, tmp_path_factory):
    if request.config.getoption("--aws"):
        pytest.skip("Kinesis Data Analytics for SQL is no more on AWS")
    server = Server(tmp_path_factory.mktemp("workshop"))
    yield Workshop(server)
    server.stop()


@pytest.fixture
def tool(workshop):
    tools = []

    def start(*arguments):
        tools.append(Tool(workshop, *arguments))
        return tools[-1]

    yield start
    for running in tools:
        running.stop()


# Module 1: real-time data streaming


@pytest.fixture(scope="module")
def stream(workshop):
    workshop.aws("kinesis", "create-stream", "--stream-name", "wildrydes", "--shard-count", "1")
    workshop.aws("kinesis", "wait", "stream-exists", "--stream-name", "wildrydes")
    return "wildrydes"


@pytest.fixture(scope="module")
def first_readings(workshop, stream):
    """Shadowfax runs for some seconds while a consumer looks on. (producer's output, consumer's output)"""
    consumer = Tool(workshop, "consumer", "-stream", stream)
    producer = Tool(workshop, "producer", "-name", "Shadowfax", "-stream", stream)
    try:
        until("six dots of the producer", 20, lambda: producer.output.count(".") >= 6)
        until("three readings at the consumer", 20, lambda: len(json_documents_so_far(consumer.output)) >= 3)
    finally:
        outputs = producer.stop(), consumer.stop()
    return outputs


def json_documents_so_far(text):
    """Whole documents of an output that may end within one, or with a line that is none."""
    end = text.rfind("\n}")
    return json_documents(text[text.find("{"):end + 2].encode()) if end >= 0 else []


def test_a_stream_made_with_the_cli_is_active(workshop, stream):
    described = workshop.aws("kinesis", "describe-stream-summary", "--stream-name", stream)["StreamDescriptionSummary"]
    assert (described["StreamStatus"], described["OpenShardCount"]) == ("ACTIVE", 1)


def test_the_producer_prints_a_dot_per_record_and_the_consumer_indented_json(workshop, stream, first_readings):
    dots, printed = first_readings
    sent = [r for r in json_of(read_stream(workshop.client("kinesis"), stream)) if r["Name"] == "Shadowfax"]
    assert abs(dots.count(".") - len(sent)) <= 1
    assert '{\n    "' in printed
    seen = json_documents_so_far(printed)
    assert all(reading in sent for reading in seen)
    assert set(seen[0]) == {"Name", "StatusTime", "Latitude", "Longitude", "Distance", "HealthPoints", "MagicPoints"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", seen[0]["StatusTime"])


@pytest.fixture(scope="module")
def guest(workshop, stream):
    """Credentials of a guest of the identity pool, fetched as a browser does: unsigned."""
    pool = workshop.aws("cognito-identity", "create-identity-pool", "--identity-pool-name", "wildrydes",
                        "--allow-unauthenticated-identities")["IdentityPoolId"]
    trusted = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool},
                      "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}}}]}
    allowed = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["kinesis:Get*", "kinesis:List*", "kinesis:Describe*"], "Resource": workshop.stream_arn(stream)}]}
    iam = workshop.client("iam")
    role = iam.create_role(RoleName="WildrydesDashboardRole", AssumeRolePolicyDocument=json.dumps(trusted))["Role"]["Arn"]
    iam.put_role_policy(RoleName="WildrydesDashboardRole", PolicyName="ReadTheFleet", PolicyDocument=json.dumps(allowed))
    workshop.client("cognito-identity").set_identity_pool_roles(IdentityPoolId=pool, Roles={"unauthenticated": role})
    unsigned = workshop.client("cognito-identity", config=botocore.config.Config(signature_version=botocore.UNSIGNED))
    identity = unsigned.get_id(IdentityPoolId=pool)["IdentityId"]
    keys = unsigned.get_credentials_for_identity(IdentityId=identity)["Credentials"]
    return {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretKey"],
            "aws_session_token": keys["SessionToken"]}


def test_a_guest_reads_the_one_stream_and_nothing_else(workshop, stream, first_readings, guest):
    own = workshop.client("kinesis", **guest)
    assert len(read_stream(own, stream)) >= 6
    workshop.client("kinesis").create_stream(StreamName="other", ShardCount=1)
    until("the other stream", 10, lambda: stream_is_active(workshop, "other"))

    def refused(service, operation, **parameters):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            getattr(workshop.client(service, **guest), operation)(**parameters)
        return caught.value.response["Error"]["Code"]

    assert refused("kinesis", "get_shard_iterator", StreamName="other", ShardId="shardId-000000000000",
                   ShardIteratorType="LATEST") == "AccessDeniedException"
    assert refused("kinesis", "put_record", StreamName=stream, Data=b"x", PartitionKey="x") == "AccessDeniedException"
    assert refused("kinesis", "delete_stream", StreamName=stream) == "AccessDeniedException"
    assert refused("dynamodb", "list_tables") == "AccessDeniedException"
    assert refused("lambda", "list_functions") == "AccessDeniedException"
    assert refused("s3", "list_buckets") == "AccessDenied"
    assert refused("iam", "list_roles") == "AccessDenied"


def stream_is_active(workshop, name):
    kinesis = workshop.client("kinesis")
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"


# Module 2: streaming aggregation


@pytest.fixture(scope="module")
def service_role(workshop, stream):
    return make_role(workshop.client("iam"), "WildRydesServiceRole", "kinesisanalytics.amazonaws.com",
                     (["kinesis:*"], workshop.stream_arn("wildrydes*")))


@pytest.fixture(scope="module")
def schema(workshop, stream, service_role, first_readings):
    found = workshop.client("kinesisanalytics").discover_input_schema(
        ResourceARN=workshop.stream_arn(stream), RoleARN=service_role,
        InputStartingPositionConfiguration={"InputStartingPosition": "TRIM_HORIZON"})
    return found["InputSchema"]


def test_the_schema_is_discovered_from_the_stream(schema):
    assert schema["RecordFormat"]["RecordFormatType"] == "JSON"
    types = {column["Name"]: re.sub(r"\(\d+\)", "", column["SqlType"]) for column in schema["RecordColumns"]}
    assert types == {"Name": "VARCHAR", "StatusTime": "TIMESTAMP", "Latitude": "DOUBLE", "Longitude": "DOUBLE", "Distance": "DOUBLE",
                     "HealthPoints": "INTEGER", "MagicPoints": "INTEGER"}
    assert {column["Mapping"] for column in schema["RecordColumns"]} == {f"$.{name}" for name in types}


def start_application(workshop, name, sql, schema, role, output_stream):
    workshop.aws("kinesis", "create-stream", "--stream-name", output_stream, "--shard-count", "1")
    workshop.aws("kinesis", "wait", "stream-exists", "--stream-name", output_stream)
    analytics = workshop.client("kinesisanalytics")
    analytics.create_application(
        ApplicationName=name, ApplicationCode=sql,
        Inputs=[{"NamePrefix": "SOURCE_SQL_STREAM", "InputSchema": schema,
                 "KinesisStreamsInput": {"ResourceARN": workshop.stream_arn("wildrydes"), "RoleARN": role}}],
        Outputs=[{"Name": "DESTINATION_SQL_STREAM", "DestinationSchema": {"RecordFormatType": "JSON"},
                  "KinesisStreamsOutput": {"ResourceARN": workshop.stream_arn(output_stream), "RoleARN": role}}])
    detail = analytics.describe_application(ApplicationName=name)["ApplicationDetail"]
    assert detail["ApplicationStatus"] == "READY"
    analytics.start_application(ApplicationName=name, InputConfigurations=[
        {"Id": detail["InputDescriptions"][0]["InputId"],
         "InputStartingPositionConfiguration": {"InputStartingPosition": "NOW"}}])
    until(f"application {name} runs", 20, lambda: analytics.describe_application(
        ApplicationName=name)["ApplicationDetail"]["ApplicationStatus"] == "RUNNING")
    return output_stream


@pytest.fixture(scope="module")
def summary_stream(workshop, schema, service_role):
    return start_application(workshop, "wildrydes", SUMMARY_SQL, schema, service_role, "wildrydes-summary")


# Module 3: stream processing


def install_function(workshop, name, source, file, role, table, keys, stream):
    workshop.aws("dynamodb", "create-table", "--table-name", table, "--billing-mode", "PAY_PER_REQUEST",
                 "--attribute-definitions", *[f"AttributeName={key},AttributeType=S" for key in keys],
                 "--key-schema", f"AttributeName={keys[0]},KeyType=HASH", f"AttributeName={keys[1]},KeyType=RANGE")
    workshop.aws("dynamodb", "wait", "table-exists", "--table-name", table)
    arn = make_role(workshop.client("iam"), role, "lambda.amazonaws.com",
                    (["dynamodb:BatchWriteItem", "dynamodb:PutItem"],
                     f"arn:aws:dynamodb:{workshop.region}:{workshop.account}:table/{table}"),
                    (["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
                      "kinesis:ListShards", "kinesis:ListStreams", "logs:*"], "*"))
    functions = workshop.client("lambda")
    functions.create_function(FunctionName=name, Runtime="nodejs20.x", Handler="index.handler", Role=arn, Timeout=60, MemorySize=256,
                              Code={"ZipFile": zipped(file, source.read_text())},
                              Environment={"Variables": {"TABLE_NAME": table}})
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    mapping = functions.create_event_source_mapping(FunctionName=name, EventSourceArn=workshop.stream_arn(stream), BatchSize=100,
                                                    StartingPosition="TRIM_HORIZON")["UUID"]
    until(f"trigger of {name}", 20, lambda: functions.get_event_source_mapping(UUID=mapping)["State"] == "Enabled")
    return table


@pytest.fixture(scope="module")
def sensor_table(workshop, summary_stream):
    return install_function(workshop, "WildRydesStreamProcessor", ROOT / "functions/WildRydesStreamProcessor/index.js", "index.js",
                            "WildRydesStreamProcessorRole", "UnicornSensorData", ("Name", "StatusTime"), summary_stream)


# Module 4: data archiving


@pytest.fixture(scope="module")
def archive(workshop, stream):
    for bucket in (workshop.bucket, workshop.results):
        workshop.aws("s3", "mb", f"s3://{bucket}")
    role = make_role(workshop.client("iam"), "WildRydesDeliveryRole", "firehose.amazonaws.com",
                     (["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
                      workshop.stream_arn(stream)),
                     (["s3:*"], [f"arn:aws:s3:::{workshop.bucket}", f"arn:aws:s3:::{workshop.bucket}/*"]))
    firehose = workshop.client("firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName="wildrydes", DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": workshop.stream_arn(stream), "RoleARN": role},
        ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": f"arn:aws:s3:::{workshop.bucket}",
                                            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60}})
    until("delivery stream", 20, lambda: firehose.describe_delivery_stream(DeliveryStreamName="wildrydes")[
        "DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE")
    return workshop.bucket


# Further work: alerts on vital signs


@pytest.fixture(scope="module")
def alerts_table(workshop, schema, service_role):
    stream = start_application(workshop, "wildrydes-vitals", VITALS_SQL, schema, service_role, "wildrydes-vitals")
    return install_function(workshop, "WildRydesVitalsAlert", ROOT / "functions/WildRydesVitalsAlert/index.mjs", "index.mjs",
                            "WildRydesVitalsAlertRole", "UnicornAlerts", ("Name", "Metric"), stream)


# What is sent through all of it


def batch(number, now):
    """Readings of three unicorns with distances, vitals and places that no other batch has."""
    readings = []
    for u, name in enumerate(("Bucephalus", "Rocinante", "Silver")):
        for i in range(20):
            readings.append({"Name": name, "StatusTime": now.strftime("%Y-%m-%d %H:%M:%S.") + f"{i:03}",
                             "Latitude": 40 + number / 8 + u / 64 + i / 4096, "Longitude": -73.5, "Distance": 29.25 + u + i / 8 + number,
                             "HealthPoints": 150 - i - u - number, "MagicPoints": 120 + i + u + number})
    if number == 0:
        readings[7]["HealthPoints"] = 42
        readings[47]["MagicPoints"] = -3
    return readings


def send_within_a_minute(workshop, number):
    """Sends a batch far from a minute's edge; (readings, the end of its window)."""
    until("a moment inside a minute", 25, lambda: 2 < datetime.datetime.now(UTC).second < 45)
    now = datetime.datetime.now(UTC)
    readings = batch(number, now)
    answer = workshop.client("kinesis").put_records(StreamName="wildrydes", Records=[
        {"Data": json.dumps(reading).encode() + b"\n", "PartitionKey": reading["Name"]} for reading in readings])
    assert answer["FailedRecordCount"] == 0
    return readings, (now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:00.000")


@pytest.fixture(scope="module")
def sent(workshop, summary_stream, sensor_table, archive, alerts_table):
    """Two batches in two minutes, while the producer sends as Pegasus. (readings, window end -> readings, Pegasus' name)"""
    producer = Tool(workshop, "producer", "-name", "Pegasus", "-stream", "wildrydes")
    try:
        windows = {}
        for number in (0, 1):
            readings, window = send_within_a_minute(workshop, number)
            windows[window] = readings
            if number == 0:
                until(f"summaries of {window}", 90, lambda w=window: any(
                    row["StatusTime"] == w for row in json_of(read_stream(workshop.client("kinesis"), summary_stream))), 1)
    finally:
        producer.stop()
    until("summaries of the second minute", 90, lambda: len({row["StatusTime"] for row in json_of(
        read_stream(workshop.client("kinesis"), summary_stream)) if row["Name"] == "Silver"}) == 2, 1)
    return windows


def expected_rows(windows):
    rows = []
    for window, readings in windows.items():
        by_name = collections.defaultdict(list)
        for reading in readings:
            by_name[reading["Name"]].append(reading)
        for name, own in by_name.items():
            health, magic = ([reading[key] for reading in own] for key in ("HealthPoints", "MagicPoints"))
            total = sum(reading["Distance"] for reading in own)
            assert total % 1 != 0.5, "the tie rule of rounding is not this test's business"
            rows.append({"Name": name, "StatusTime": window, "Distance": round(total), "MinMagicPoints": min(magic),
                         "MaxMagicPoints": max(magic), "MinHealthPoints": min(health), "MaxHealthPoints": max(health)})
    return sorted(rows, key=lambda row: (row["Name"], row["StatusTime"]))


def numbers(row):
    return {key: value if isinstance(value, str) else int(value) for key, value in row.items()}


def test_each_minute_has_one_summary_row_per_unicorn_with_the_sums_of_what_was_sent(workshop, summary_stream, sent):
    rows = json_of(read_stream(workshop.client("kinesis"), summary_stream))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:00\.000", row["StatusTime"]) for row in rows)
    assert list(rows[0]) == ["Name", "StatusTime", "Distance", "MinMagicPoints", "MaxMagicPoints", "MinHealthPoints",
                             "MaxHealthPoints"]
    of_batches = [row for row in rows if row["Name"] not in ("Shadowfax", "Pegasus")]
    assert sorted(of_batches, key=lambda row: (row["Name"], row["StatusTime"])) == expected_rows(sent)


def test_the_rows_in_the_table_are_the_rows_of_the_stream(workshop, summary_stream, sensor_table, sent):
    table = boto3_table(workshop, sensor_table)
    wanted = json_of(read_stream(workshop.client("kinesis"), summary_stream))
    until("all rows in the table", 30, lambda: table.scan()["Count"] >= len(wanted))

    def order(row):
        return row["Name"], row["StatusTime"]

    assert sorted(map(numbers, table.scan()["Items"]), key=order) == sorted(wanted, key=order)
    assert [numbers(row) for row in sorted(table.scan()["Items"], key=order) if row["Name"] != "Pegasus"] == expected_rows(sent)


def boto3_table(workshop, name):
    import boto3
    keys = workshop.server.keys
    return boto3.resource("dynamodb", endpoint_url=workshop.server.endpoint, region_name=keys["region"],
                          aws_access_key_id=keys["accessKeyId"], aws_secret_access_key=keys["secretAccessKey"]).Table(name)


def test_the_sums_of_the_producer_are_in_the_table(workshop, sensor_table, sent):
    own = [r for r in json_of(read_stream(workshop.client("kinesis"), "wildrydes")) if r["Name"] == "Pegasus"]
    table = boto3_table(workshop, sensor_table)

    def rows():
        found = [numbers(row) for row in table.scan()["Items"] if row["Name"] == "Pegasus"]
        total = sum(row["Distance"] for row in found)
        # Each minute's sum is rounded to a whole number of metres.
        return found if abs(total - sum(r["Distance"] for r in own)) <= 0.5 * len(found) + 1e-6 else None

    found = until("Pegasus' metres in the table", 75, rows, 1)
    assert len(own) >= 5
    assert min(row["MinHealthPoints"] for row in found) == min(r["HealthPoints"] for r in own)
    assert max(row["MaxMagicPoints"] for row in found) == max(r["MagicPoints"] for r in own)


def test_the_function_logs_to_cloudwatch(workshop, sensor_table, sent):
    until("log lines", 20, lambda: any(
        "rows into UnicornSensorData" in event["message"] for event in workshop.client("logs").filter_log_events(
            logGroupName="/aws/lambda/WildRydesStreamProcessor")["events"]))


def test_low_vitals_raise_alerts(workshop, alerts_table, sent):
    def alerts():
        return {(row["Name"], row["Metric"]): int(row["Value"]) for row in boto3_table(workshop, alerts_table).scan()["Items"]
                if row["Name"] != "Pegasus"}

    until("two alerts", 20, lambda: len(alerts()) >= 2)
    assert alerts() == {("Bucephalus", "HealthPoints"): 42, ("Silver", "MagicPoints"): -3}


@pytest.fixture(scope="module")
def archived(workshop, archive, sent):
    """Every document in the bucket, once the last that was sent is there."""
    wanted = sum(len(readings) for readings in sent.values())

    def documents():
        found = [document for body in objects_of(workshop.client("s3"), archive).values() for document in json_documents(body)]
        return found if sum(d["Name"] not in ("Shadowfax", "Pegasus") for d in found) >= wanted and newest_of_pegasus(found) else None

    own = [r for r in json_of(read_stream(workshop.client("kinesis"), "wildrydes")) if r["Name"] == "Pegasus"]

    def newest_of_pegasus(found):
        return own[-1] in found

    return until("the whole archive", 120, documents, 2)


def test_the_archive_holds_every_record_exactly_once(workshop, archive, archived, sent):
    readings = json_of(read_stream(workshop.client("kinesis"), "wildrydes"))
    after_delivery_began = [reading for reading in readings if reading["Name"] != "Shadowfax"]
    assert canonical(document for document in archived if document["Name"] != "Shadowfax") == canonical(after_delivery_began)
    assert len(canonical(archived)) == len(set(canonical(archived)))
    keys = objects_of(workshop.client("s3"), archive)
    assert all(re.match(r"\d{4}/\d\d/\d\d/\d\d/wildrydes-", key) for key in keys)


def canonical(documents):
    return sorted(json.dumps(document, sort_keys=True) for document in documents)


@pytest.fixture(scope="module")
def query(workshop, archived):
    athena = workshop.client("athena")
    output = f"s3://{workshop.results}/"
    run_query(athena, TABLE_DDL.format(bucket=workshop.bucket), output)
    return lambda sql: run_query(athena, sql, output)


def ready_queries():
    """(title, SQL) of the console's ready queries, from their source."""
    text = (ROOT / "src/console/ready_queries.cc").read_text()
    found = re.findall(r'\{\s*"((?:[^"\\]|\\.)*)"\s*,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}', text)
    assert len(found) >= 5
    return [(title, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', sql)).encode().decode("unicode_escape")) for title, sql in found]


def test_the_workshops_query_returns_the_archive(query, archived):
    header, *rows = query("SELECT * FROM wildrydes")
    assert header == ["name", "statustime", "latitude", "longitude", "distance", "healthpoints", "magicpoints"]
    assert len(rows) == len(archived)
    as_text = {(r[0], r[1], int(r[5]), int(r[6])) for r in rows}
    assert as_text == {(d["Name"], d["StatusTime"], d["HealthPoints"], d["MagicPoints"]) for d in archived}


def test_every_ready_query_answers_with_the_numbers_of_the_archive(query, archived):
    names = sorted({document["Name"] for document in archived})
    answers = {title: query(sql)[1:] for title, sql in ready_queries()}
    newest = sorted((d["StatusTime"] for d in archived), reverse=True)
    assert [row[1] for row in answers["The archive, newest first"]] == newest[:100]
    assert [row[0] for row in answers["Which unicorns are there?"]] == names
    last = {row[0]: row[3] for row in answers["Where has each unicorn been last?"]}
    assert last == {name: max(d["StatusTime"] for d in archived if d["Name"] == name) for name in names}
    metres = {row[0]: float(row[1]) for row in answers["How far has each unicorn travelled?"]}
    assert metres == {name: pytest.approx(sum(d["Distance"] for d in archived if d["Name"] == name), rel=1e-5) for name in names}
    low = {(row[0], row[1], int(row[2]), int(row[3])) for row in answers["Whose vitals were below 100, and when?"]}
    assert low == {(d["Name"], d["StatusTime"], d["HealthPoints"], d["MagicPoints"]) for d in archived
                   if d["HealthPoints"] < 100 or d["MagicPoints"] < 100}


def test_the_command_line_queries_the_archive(workshop, query, archived):
    done = subprocess.run([BINARY, "sql", "-c", "SELECT count(*) AS readings FROM wildrydes", "-o", "csv"],
                          env=workshop.server.environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1].strip('"') == str(len(archived))


def test_the_workshop_check_finds_every_module_done(workshop, guest, query, sent):
    done = subprocess.run([BINARY, "workshop", "check"], env=workshop.server.environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
