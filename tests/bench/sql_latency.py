"""From the acknowledgement of a record to the row of a filter in the output stream, as a polling reader sees it.

The load is records of which the filter passes one in ten; 100 % is the rate at which the application kept up with them.
"""
import base64
import json
import multiprocessing
import multiprocessing.pool
import random
import statistics
import time

import botocore.session
from kinesis import create, server
from load import run_load

RECORDS, SHARDS = 500, 4
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                 "Principal": {"Service": "kinesisanalytics.amazonaws.com"}}]}
MAY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
COLUMNS = [{"Name": "N", "SqlType": "INTEGER", "Mapping": "$.n"}, {"Name": "X", "SqlType": "DOUBLE", "Mapping": "$.x"},
           {"Name": "NAME", "SqlType": "VARCHAR(32)", "Mapping": "$.name"}]
CODE = """CREATE STREAM "FAR" (N INTEGER, X DOUBLE, NAME VARCHAR(32));
CREATE PUMP P AS INSERT INTO "FAR" SELECT STREAM N, X, NAME FROM SOURCE_SQL_STREAM_001 WHERE X >= 90;
"""


def data(number, x):
    return json.dumps({"n": number, "x": x, "name": f"unicorn-{number % 1000:06}", "rest": "of a reading " * 7}).encode()


def bodies(distinct=64):
    chance = random.Random(7)
    return [json.dumps({"StreamName": "bench", "Records": [
        {"Data": base64.b64encode(data(-1, chance.random() * 100)).decode(), "PartitionKey": f"unicorn{chance.randrange(1000)}"}
        for _ in range(RECORDS)]}).encode() for _ in range(distinct)]


def client(target, service):
    return botocore.session.get_session().create_client(
        service, target.keys["region"], endpoint_url=target.endpoint, aws_access_key_id=target.keys["accessKeyId"],
        aws_secret_access_key=target.keys["secretAccessKey"])


def start_filter(target):
    create(target, "far", 1)
    iam, analytics = client(target, "iam"), client(target, "kinesisanalytics")
    role = iam.create_role(RoleName="filter", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="filter", PolicyName="all", PolicyDocument=json.dumps(MAY_ALL))
    source, far = (target.client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
                   for name in ("bench", "far"))
    json_records = {"RecordFormatType": "JSON", "MappingParameters": {"JSONMappingParameters": {"RecordRowPath": "$"}}}
    analytics.create_application(
        ApplicationName="filter", ApplicationCode=CODE,
        Inputs=[{"NamePrefix": "SOURCE_SQL_STREAM", "KinesisStreamsInput": {"ResourceARN": source, "RoleARN": role},
                 "InputSchema": {"RecordFormat": json_records, "RecordColumns": COLUMNS}}],
        Outputs=[{"Name": "FAR", "DestinationSchema": {"RecordFormatType": "JSON"},
                  "KinesisStreamsOutput": {"ResourceARN": far, "RoleARN": role}}])
    detail = analytics.describe_application(ApplicationName="filter")["ApplicationDetail"]
    analytics.start_application(ApplicationName="filter", InputConfigurations=[
        {"Id": detail["InputDescriptions"][0]["InputId"],
         "InputStartingPositionConfiguration": {"InputStartingPosition": "NOW"}}])
    while analytics.describe_application(ApplicationName="filter")["ApplicationDetail"]["ApplicationStatus"] != "RUNNING":
        time.sleep(0.05)


def read_marked(target, found, ready):
    """Puts (number, when it was seen) of each row that is a probe's into `found`."""
    kinesis = client(target, "kinesis")
    iterator = kinesis.get_shard_iterator(StreamName="far", ShardId="shardId-000000000000", ShardIteratorType="LATEST")["ShardIterator"]
    ready.set()
    while True:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=10_000)
        seen, iterator = time.monotonic(), answer["NextShardIterator"]
        for record in answer["Records"]:
            if b'"N":-1,' not in record["Data"]:
                found.put((json.loads(record["Data"])["N"], seen))
        time.sleep(0.001)


def probe(target, seconds, found):
    """One record each 20 ms: the latencies in milliseconds, of all of them."""
    acknowledged, latencies, end, number = {}, [], time.monotonic() + seconds, 0
    while time.monotonic() < end:
        due = time.monotonic() + 0.02
        target.client.put_record(StreamName="bench", PartitionKey=str(number), Data=data(number, 95.5))
        acknowledged[number] = time.monotonic()
        number += 1
        time.sleep(max(0, due - time.monotonic()))
    for _ in range(number):
        which, seen = found.get(timeout=30)
        latencies.append((seen - acknowledged.pop(which)) * 1000)
    return sorted(latencies)


def until_caught_up(target, found, number):
    target.client.put_record(StreamName="bench", PartitionKey="last", Data=data(number, 99))
    while found.get(timeout=120)[0] != number:
        pass


def send(target, options, folder, seconds, rate=None):
    folder.mkdir(exist_ok=True)
    return run_load(target, folder, "PutRecords", bodies(), options.connections, seconds, '"FailedRecordCount":0', rate)


def latency(options):
    """p50 and p99 of a filter's row at 1 % and 50 % of what the server sustains with the application running."""
    with server(options) as target:
        create(target, "bench", SHARDS)
        start_filter(target)
        found, ready = multiprocessing.Queue(), multiprocessing.Event()
        reader = multiprocessing.Process(target=read_marked, args=(target, found, ready), daemon=True)
        reader.start()
        ready.wait()
        began = time.monotonic()
        sent = send(target, options, target.folder / "most", options.seconds)
        until_caught_up(target, found, 1_000_000)
        most = sent["requests"] / (time.monotonic() - began)
        print(f"a filter's row after its record's acknowledgement, durability always; 100 % = {most * RECORDS:,.0f} records/s")
        for share in (0.01, 0.5):
            with multiprocessing.pool.ThreadPool(1) as pool:
                load = pool.apply_async(send, (target, options, target.folder / "load", options.seconds, most * share))
                time.sleep(0.5)
                latencies = probe(target, options.seconds - 1.5, found)
                load.get()
            print(f"  at {share:4.0%} load   p50 {statistics.median(latencies):8.2f} ms   p99 "
                  f"{latencies[int(len(latencies) * 0.99)]:8.2f} ms   of {len(latencies)} records" +
                  ("   (goal: p99 at most 50 ms)" if share == 0.5 else ""))
        reader.terminate()
