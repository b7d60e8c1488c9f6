"""Lambda and CloudWatch Logs through boto3: functions run, streams trigger them, logs are found."""
import base64
import io
import json
import time
import zipfile

import pytest

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
RIGHTS = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["kinesis:*", "logs:*"], "Resource": "*"}]}
NODE = "exports.handler = async (event) => { console.log('saw', JSON.stringify(event)); return event.n * 2; };"


def package(name, text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("nothing came in time")


@pytest.fixture
def role(aws, unique):
    iam, name = aws("iam"), unique("role")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(RIGHTS))
    return arn


@pytest.fixture
def functions(aws):
    return aws("lambda")


@pytest.fixture
def function(functions, role, unique):
    name = unique("function")
    functions.create_function(FunctionName=name, Runtime="nodejs20.x", Role=role, Handler="index.handler",
                              Code={"ZipFile": package("index.js", NODE)}, Timeout=60)
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    return name


def test_an_invocation_answers_with_its_log(functions, function):
    answer = functions.invoke(FunctionName=function, Payload=b'{"n":21}', LogType="Tail")
    assert answer["StatusCode"] == 200 and "FunctionError" not in answer
    assert answer["ExecutedVersion"] == "$LATEST"
    assert json.loads(answer["Payload"].read()) == 42
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "START RequestId: " in log and '\tINFO\tsaw {"n":21}\n' in log and "\tMemory Size: 128 MB\t" in log


def test_invocations_of_other_kinds_answer_at_once(functions, function):
    assert functions.invoke(FunctionName=function, InvocationType="DryRun")["StatusCode"] == 204
    assert functions.invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")["StatusCode"] == 202


def test_records_of_a_stream_reach_the_function_and_its_log(aws, functions, function, unique):
    kinesis, logs, stream = aws("kinesis"), aws("logs"), unique("stream")
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=stream)
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    mapping = functions.create_event_source_mapping(
        FunctionName=function, EventSourceArn=arn, StartingPosition="TRIM_HORIZON", BatchSize=10)
    data = base64.b64encode(b"unicorn").decode()
    kinesis.put_record(StreamName=stream, Data=b"unicorn", PartitionKey="a")
    wait_until(lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["LastProcessingResult"] == "OK")
    group = f"/aws/lambda/{function}"
    found = wait_until(lambda: logs.filter_log_events(logGroupName=group, filterPattern=f'"{data}"')["events"])
    assert arn in found[0]["message"]
    deleted = functions.delete_event_source_mapping(UUID=mapping["UUID"])
    assert deleted["State"] == "Deleting"
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_event_source_mapping(UUID=mapping["UUID"])


def test_new_code_is_what_runs_next(functions, function):
    functions.update_function_code(
        FunctionName=function, ZipFile=package("index.js", "exports.handler = async () => 'new'"))
    functions.get_waiter("function_updated_v2").wait(FunctionName=function)
    assert functions.invoke(FunctionName=function)["Payload"].read() == b'"new"'


def test_refusals_carry_awss_names_and_words(functions, function, role):
    errors = functions.exceptions
    with pytest.raises(errors.ResourceNotFoundException, match="Function not found: arn:aws:lambda:"):
        functions.get_function(FunctionName="nobody")
    with pytest.raises(errors.InvalidRequestContentException, match="Could not parse request body into json"):
        functions.invoke(FunctionName=function, Payload=b"{")
    with pytest.raises(errors.ResourceConflictException, match="Function already exist: "):
        functions.create_function(FunctionName=function, Runtime="nodejs20.x", Role=role, Handler="index.handler",
                                  Code={"ZipFile": package("index.js", NODE)})
    with pytest.raises(errors.InvalidParameterValueException, match="cannot be assumed by Lambda"):
        functions.create_function(FunctionName=function + "2", Runtime="nodejs20.x", Role=role + "x",
                                  Handler="index.handler", Code={"ZipFile": package("index.js", NODE)})
    with pytest.raises(errors.InvalidParameterValueException, match="Could not unzip uploaded file"):
        functions.create_function(FunctionName=function + "3", Runtime="nodejs20.x", Role=role,
                                  Handler="index.handler", Code={"ZipFile": b"no zip"})


def test_permissions_are_added_shown_and_removed(functions, function):
    functions.add_permission(FunctionName=function, StatementId="s", Action="lambda:InvokeFunction",
                             Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::b")
    policy = json.loads(functions.get_policy(FunctionName=function)["Policy"])
    assert policy["Statement"][0]["Principal"] == {"Service": "s3.amazonaws.com"}
    assert policy["Statement"][0]["Condition"] == {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}}
    functions.remove_permission(FunctionName=function, StatementId="s")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_policy(FunctionName=function)


def test_log_events_come_back_page_by_page(aws, unique):
    logs, group = aws("logs"), unique("group")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName=group, logStreamName="s",
                        logEvents=[{"timestamp": now + i, "message": f"line {i}"} for i in range(5)])
    seen, token = [], None
    while True:
        page = logs.get_log_events(logGroupName=group, logStreamName="s", startFromHead=True, limit=2,
                                   **({"nextToken": token} if token else {}))
        seen += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    assert seen == [f"line {i}" for i in range(5)]
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
