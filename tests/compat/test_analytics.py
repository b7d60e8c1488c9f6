"""Streaming SQL applications through both API versions: reference data, functions, delivery streams, logs, metrics."""
import io
import json
import time
import urllib.request
import zipfile

import botocore.exceptions
import pytest

SCHEMA = {"RecordFormat": {"RecordFormatType": "JSON", "MappingParameters": {"JSONMappingParameters": {"RecordRowPath": "$"}}},
          "RecordEncoding": "UTF-8",
          "RecordColumns": [{"Name": "Name", "SqlType": "VARCHAR(16)", "Mapping": "$.Name"},
                            {"Name": "HP", "SqlType": "INTEGER", "Mapping": "$.HP"}]}
TABLE_SCHEMA = {"RecordFormat": {"RecordFormatType": "CSV", "MappingParameters": {"CSVMappingParameters": {
                    "RecordRowDelimiter": "\\n", "RecordColumnDelimiter": ","}}},
                "RecordColumns": [{"Name": "NAME", "SqlType": "VARCHAR(16)"}, {"Name": "RIDER", "SqlType": "VARCHAR(16)"}]}
PASS = ('CREATE STREAM "OUT" ("Name" VARCHAR(16), HP INTEGER); CREATE PUMP P AS INSERT INTO "OUT" '
        'SELECT STREAM "Name", HP FROM SOURCE_SQL_STREAM_001')
JOIN = ('CREATE STREAM "OUT" ("Name" VARCHAR(16), RIDER VARCHAR(16)); CREATE PUMP P AS INSERT INTO "OUT" '
        'SELECT STREAM S."Name", T.RIDER FROM SOURCE_SQL_STREAM_001 AS S LEFT JOIN RIDERS AS T ON S."Name" = T.NAME')
PREPARE = """
exports.handler = async event => ({records: event.records.map(r => {
  const [name, hp] = Buffer.from(r.data, 'base64').toString().trim().split(':');
  if (name === 'ghost') return {recordId: r.recordId, result: 'Dropped', data: r.data};
  return {recordId: r.recordId, result: 'Ok',
          data: Buffer.from(JSON.stringify({Name: name, HP: Number(hp)}) + '\\n').toString('base64')};
})});
"""


def wait(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


class World:
    """Two streams, a role, and applications that are deleted in the end."""

    def __init__(self, aws, unique):
        self.aws, self.unique = aws, unique
        self.kinesis, self.v1, self.v2 = aws("kinesis"), aws("kinesisanalytics"), aws("kinesisanalyticsv2")
        self.source, self.target = self.stream(), self.stream()
        iam, name = aws("iam"), unique("app")
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
            "Service": ["kinesisanalytics.amazonaws.com", "lambda.amazonaws.com", "firehose.amazonaws.com"]}}]}
        self.role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(allow))

    def stream(self):
        name = self.unique("analytics")
        self.kinesis.create_stream(StreamName=name, ShardCount=1)
        self.kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
        return self.kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]

    def put(self, *texts):
        for text in texts:
            self.kinesis.put_record(StreamARN=self.source, PartitionKey="k", Data=text.encode())

    def rows(self, arn=None):
        at = self.kinesis.get_shard_iterator(StreamARN=arn or self.target, ShardId="shardId-000000000000",
                                             ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        return [json.loads(r["Data"]) for r in self.kinesis.get_records(ShardIterator=at)["Records"]]

    def create(self, code, **more):
        name = self.unique("app")
        source = {"NamePrefix": "SOURCE_SQL_STREAM", "InputSchema": SCHEMA,
                  "KinesisStreamsInput": {"ResourceARN": self.source, "RoleARN": self.role}}
        source.update(more.pop("input", {}))
        self.v1.create_application(ApplicationName=name, ApplicationCode=code, Inputs=[source], Outputs=[
            {"Name": "OUT", "DestinationSchema": {"RecordFormatType": "JSON"},
             "KinesisStreamsOutput": {"ResourceARN": self.target, "RoleARN": self.role}}], **more)
        return name

    def describe(self, name):
        return self.v1.describe_application(ApplicationName=name)["ApplicationDetail"]

    def start(self, name):
        inputs = self.describe(name)["InputDescriptions"]
        self.v1.start_application(ApplicationName=name, InputConfigurations=[
            {"Id": i["InputId"], "InputStartingPositionConfiguration": {"InputStartingPosition": "TRIM_HORIZON"}}
            for i in inputs])
        wait(lambda: self.describe(name)["ApplicationStatus"] == "RUNNING")

    def function(self):
        name, packed = self.unique("prepare"), io.BytesIO()
        with zipfile.ZipFile(packed, "w") as package:
            package.writestr("index.js", PREPARE)
        return self.aws("lambda").create_function(FunctionName=name, Runtime="nodejs20.x", Role=self.role, Timeout=20,
                                                  Handler="index.handler", Code={"ZipFile": packed.getvalue()})["FunctionArn"]

    def table(self, text):
        s3, bucket = self.aws("s3"), self.unique("tables")
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="riders.csv", Body=text.encode())
        return {"TableName": "RIDERS", "ReferenceSchema": TABLE_SCHEMA, "S3ReferenceDataSource": {
            "BucketARN": f"arn:aws:s3:::{bucket}", "FileKey": "riders.csv", "ReferenceRoleARN": self.role}}


@pytest.fixture
def world(aws, unique, server):
    if server is None:
        pytest.skip("the service is no longer on AWS")
    return World(aws, unique)


def test_a_stream_is_joined_with_an_object_in_s3(world):
    name = world.create("")
    world.v1.add_application_reference_data_source(ApplicationName=name, CurrentApplicationVersionId=1,
                                                   ReferenceDataSource=world.table("Shadowfax,Gandalf\nRocinante,Quixote\n"))
    world.v1.update_application(ApplicationName=name, CurrentApplicationVersionId=2,
                                ApplicationUpdate={"ApplicationCodeUpdate": JOIN})
    described = world.describe(name)["ReferenceDataSourceDescriptions"][0]
    assert (described["TableName"], described["S3ReferenceDataSourceDescription"]["FileKey"]) == ("RIDERS", "riders.csv")
    assert [c["Name"] for c in described["ReferenceSchema"]["RecordColumns"]] == ["NAME", "RIDER"]
    world.put('{"Name":"Rocinante"}', '{"Name":"Nobody"}')
    world.start(name)
    assert wait(lambda: len(world.rows()) == 2 and world.rows()) == [
        {"Name": "Rocinante", "RIDER": "Quixote"}, {"Name": "Nobody", "RIDER": None}]
    with pytest.raises(botocore.exceptions.ClientError) as refused:  # the code still reads it
        world.v1.delete_application_reference_data_source(ApplicationName=name, CurrentApplicationVersionId=3,
                                                          ReferenceId=described["ReferenceId"])
    assert "RIDERS" in refused.value.response["Error"]["Message"]


def test_each_record_has_its_sequence_number_where_the_code_asks(world):
    """Records in the middle of a page have theirs too, whichever code the application had before."""
    columns = ('CREATE STREAM "OUT" ("Name" VARCHAR(16), NUMBER VARCHAR(64)); CREATE PUMP P AS INSERT INTO "OUT" '
               'SELECT STREAM "Name", SEQUENCE_NUMBER FROM SOURCE_SQL_STREAM_001')
    name = world.create(PASS.replace(", HP INTEGER", ", NUMBER VARCHAR(64)").replace('"Name", HP', '"Name", CAST(HP AS VARCHAR(64))'))
    world.put('{"Name":"before","HP":1}')
    world.start(name)
    wait(lambda: world.rows())
    version = world.describe(name)["ApplicationVersionId"]
    world.v1.update_application(ApplicationName=name, CurrentApplicationVersionId=version,
                                ApplicationUpdate={"ApplicationCodeUpdate": columns})
    put = world.kinesis.put_records(StreamARN=world.source, Records=[
        {"PartitionKey": "k", "Data": json.dumps({"Name": f"u{i}"}).encode()} for i in range(40)])
    rows = wait(lambda: len(world.rows()) == 41 and world.rows())
    assert [(row["Name"], row["NUMBER"]) for row in rows[1:]] == [
        (f"u{i}", record["SequenceNumber"]) for i, record in enumerate(put["Records"])]


def test_reference_data_through_the_second_api(world):
    name, v2 = world.unique("app"), world.v2
    table = world.table("Shadowfax,Gandalf\n")
    del table["S3ReferenceDataSource"]["ReferenceRoleARN"]
    v2.create_application(ApplicationName=name, RuntimeEnvironment="SQL-1_0", ServiceExecutionRole=world.role)
    added = v2.add_application_reference_data_source(ApplicationName=name, CurrentApplicationVersionId=1,
                                                     ReferenceDataSource=table)
    assert added["ApplicationVersionId"] == 2
    reference = added["ReferenceDataSourceDescriptions"][0]["ReferenceId"]
    v2.update_application(ApplicationName=name, CurrentApplicationVersionId=2, ApplicationConfigurationUpdate={
        "SqlApplicationConfigurationUpdate": {"ReferenceDataSourceUpdates": [
            {"ReferenceId": reference, "TableNameUpdate": "PEOPLE"}]}})
    detail = v2.describe_application(ApplicationName=name)["ApplicationDetail"]
    described = detail["ApplicationConfigurationDescription"]["SqlApplicationConfigurationDescription"]
    assert described["ReferenceDataSourceDescriptions"][0]["TableName"] == "PEOPLE"
    v2.delete_application_reference_data_source(ApplicationName=name, CurrentApplicationVersionId=3, ReferenceId=reference)
    with pytest.raises(botocore.exceptions.ClientError) as gone:
        v2.delete_application_reference_data_source(ApplicationName=name, CurrentApplicationVersionId=4, ReferenceId=reference)
    assert gone.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_function_prepares_the_records_before_they_are_read(world):
    function = world.function()
    processing = {"InputLambdaProcessor": {"ResourceARN": function, "RoleARN": world.role}}
    world.put("Shadowfax:99", "ghost:1", "Rocinante:50")
    found = world.v1.discover_input_schema(
        ResourceARN=world.source, RoleARN=world.role, InputProcessingConfiguration=processing,
        InputStartingPositionConfiguration={"InputStartingPosition": "TRIM_HORIZON"})
    assert [c["Name"] for c in found["InputSchema"]["RecordColumns"]] == ["HP", "Name"]
    assert (len(found["RawInputRecords"]), len(found["ProcessedInputRecords"])) == (3, 2)
    name = world.create(PASS, input={"InputProcessingConfiguration": processing})
    world.start(name)
    assert wait(lambda: len(world.rows()) == 2 and world.rows()) == [
        {"Name": "Shadowfax", "HP": 99}, {"Name": "Rocinante", "HP": 50}]
    input_id = world.describe(name)["InputDescriptions"][0]["InputId"]
    deleted = world.v2.delete_application_input_processing_configuration(
        ApplicationName=name, CurrentApplicationVersionId=1, InputId=input_id)
    assert deleted["ApplicationVersionId"] == 2
    assert "InputProcessingConfigurationDescription" not in world.describe(name)["InputDescriptions"][0]
    wait(lambda: world.describe(name)["ApplicationStatus"] == "RUNNING")
    added = world.v2.add_application_input_processing_configuration(
        ApplicationName=name, CurrentApplicationVersionId=2, InputId=input_id,
        InputProcessingConfiguration={"InputLambdaProcessor": {"ResourceARN": function}})
    assert added["InputId"] == input_id
    described = added["InputProcessingConfigurationDescription"]["InputLambdaProcessorDescription"]
    assert described["ResourceARN"] == function


def test_a_delivery_stream_over_a_stream_is_a_source(world):
    s3, firehose, bucket = world.aws("s3"), world.aws("firehose"), world.unique("archive")
    s3.create_bucket(Bucket=bucket)
    destination = {"RoleARN": world.role, "BucketARN": f"arn:aws:s3:::{bucket}"}
    over = firehose.create_delivery_stream(
        DeliveryStreamName=world.unique("over"), DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": world.source, "RoleARN": world.role},
        ExtendedS3DestinationConfiguration=destination)["DeliveryStreamARN"]
    direct = firehose.create_delivery_stream(DeliveryStreamName=world.unique("direct"), DeliveryStreamType="DirectPut",
                                             ExtendedS3DestinationConfiguration=destination)["DeliveryStreamARN"]
    world.put('{"Name":"Shadowfax","HP":7}')
    inputs = [{"KinesisFirehoseInput": {"ResourceARN": arn, "RoleARN": world.role}} for arn in (over, direct)]
    names = []
    for source in inputs:
        name = world.unique("app")
        names.append(name)
        world.v1.create_application(ApplicationName=name, ApplicationCode=PASS, Inputs=[
            {"NamePrefix": "SOURCE_SQL_STREAM", "InputSchema": SCHEMA, **source}], Outputs=[
            {"Name": "OUT", "DestinationSchema": {"RecordFormatType": "JSON"},
             "KinesisStreamsOutput": {"ResourceARN": world.target, "RoleARN": world.role}}])
    assert world.describe(names[0])["InputDescriptions"][0]["KinesisFirehoseInputDescription"]["ResourceARN"] == over
    world.start(names[0])
    assert wait(world.rows) == [{"Name": "Shadowfax", "HP": 7}]
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        world.start(names[1])
    assert "put directly" in refused.value.response["Error"]["Message"]


def test_a_schema_is_discovered_from_an_object(world):
    s3, bucket = world.aws("s3"), world.unique("tables")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="t.csv", Body=b"id,name\n1,Shadowfax\n2,Rocinante\n")
    found = world.v1.discover_input_schema(
        S3Configuration={"RoleARN": world.role, "BucketARN": f"arn:aws:s3:::{bucket}", "FileKey": "t.csv"})
    assert [(c["Name"], c["SqlType"]) for c in found["InputSchema"]["RecordColumns"]] == [
        ("id", "INTEGER"), ("name", "VARCHAR(16)")]


def test_failures_are_told_in_the_log_stream_of_the_application(world):
    region, account = world.source.split(":")[3:5]
    group = world.unique("/apps")
    arn = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:app"
    name = world.create(PASS, CloudWatchLoggingOptions=[{"LogStreamARN": arn, "RoleARN": world.role}])
    world.kinesis.delete_stream(StreamARN=world.target)
    world.put('{"Name":"Shadowfax","HP":7}')
    world.start(name)
    logs = world.aws("logs")

    def events():
        try:
            return logs.get_log_events(logGroupName=group, logStreamName="app", startFromHead=True)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
    line = json.loads(wait(events)[0]["message"])
    assert (line["messageType"], line["errorCode"]) == ("ERROR", "OutputDeliveryError")
    assert line["applicationARN"].endswith("application/" + name)
    option = world.describe(name)["CloudWatchLoggingOptionDescriptions"][0]["CloudWatchLoggingOptionId"]
    answer = world.v2.delete_application_cloud_watch_logging_option(
        ApplicationName=name, CurrentApplicationVersionId=1, CloudWatchLoggingOptionId=option)
    assert answer["CloudWatchLoggingOptionDescriptions"] == []


def test_metrics_say_how_far_behind_an_application_is(world, server):
    name = world.create(PASS)
    world.put('{"Name":"Shadowfax","HP":7}', "no json")
    world.start(name)
    wait(world.rows)

    def value(metric):
        text = urllib.request.urlopen(server.endpoint + "/metrics").read().decode()
        line = next(line for line in text.splitlines() if line.startswith(f'{metric}{{application="{name}"}} '))
        return float(line.split()[-1])
    wait(lambda: value("wildrydes_application_records_total") == 2)
    assert value("wildrydes_application_errors_total") == 1
    assert value("wildrydes_application_behind_latest_seconds") == 0
