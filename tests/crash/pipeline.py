"""A stream, its writers, and SQL applications of three kinds over it: with tumbling, sliding and join state. What an
application gave is compared, bytes and order, with a run of its journal that nothing disturbed."""
import json
import os
import pathlib
import random
import subprocess
import threading

import botocore.exceptions

from helpers import make_role, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPLAY = pathlib.Path(os.environ.get("WR_REPLAY", ROOT / "build/release/tests/replay_journal"))
RECORDS_PER_REQUEST = 5

# Each reads the stream `in` and writes its in-application stream OUTPUT into the stream of its own name. Windows are
# longer than a restart takes, so that rows from before a kill count in rows after it; rows tell their ROWTIME, so that
# a time that moved is seen.
APPLICATIONS = {
    "tumbling": """
CREATE OR REPLACE STREAM OUTPUT ("Writer" VARCHAR(16), "Ended" TIMESTAMP, "Readings" INTEGER, "Total" BIGINT);
CREATE OR REPLACE PUMP OUTPUT_PUMP AS INSERT INTO OUTPUT
  SELECT STREAM "Writer", "ROWTIME", COUNT(*), SUM("Value") FROM "SOURCE_SQL_STREAM_001"
  GROUP BY STEP("SOURCE_SQL_STREAM_001"."ROWTIME" BY INTERVAL '1' SECOND), "Writer";
""",
    "sliding": """
CREATE OR REPLACE STREAM OUTPUT ("Id" VARCHAR(40), "At" TIMESTAMP, "Readings" INTEGER, "Total" BIGINT, "Least" INTEGER,
                                 "Most" INTEGER, "Mean" DOUBLE, "Latest" BIGINT);
CREATE OR REPLACE PUMP OUTPUT_PUMP AS INSERT INTO OUTPUT
  SELECT STREAM "Id", ROWTIME, COUNT(*) OVER spell, SUM("Value") OVER spell, MIN("Value") OVER spell,
                MAX("Value") OVER spell, AVG(CAST("Value" AS DOUBLE)) OVER spell, SUM("Value") OVER latest
  FROM "SOURCE_SQL_STREAM_001"
  WINDOW spell AS (PARTITION BY "Writer" RANGE INTERVAL '5' SECOND PRECEDING),
         latest AS (PARTITION BY "Writer" ROWS 7 PRECEDING);
""",
    # Pairs come at once, and each low reading once more, alone, when it leaves the window.
    "join": """
CREATE OR REPLACE STREAM LOW ("Id" VARCHAR(40), "Writer" VARCHAR(16), "Value" INTEGER);
CREATE OR REPLACE STREAM HIGH ("Id" VARCHAR(40), "Writer" VARCHAR(16), "Value" INTEGER);
CREATE OR REPLACE STREAM OUTPUT ("Low" VARCHAR(40), "High" VARCHAR(40), "At" TIMESTAMP);
CREATE OR REPLACE PUMP LOW_PUMP AS INSERT INTO LOW
  SELECT STREAM "Id", "Writer", "Value" FROM "SOURCE_SQL_STREAM_001" WHERE "Value" < 100;
CREATE OR REPLACE PUMP HIGH_PUMP AS INSERT INTO HIGH
  SELECT STREAM "Id", "Writer", "Value" - 900 FROM "SOURCE_SQL_STREAM_001" WHERE "Value" >= 900;
CREATE OR REPLACE PUMP OUTPUT_PUMP AS INSERT INTO OUTPUT
  SELECT STREAM l."Id", h."Id", ROWTIME FROM LOW OVER spell AS l LEFT JOIN HIGH OVER spell AS h
  ON l."Writer" = h."Writer" AND l."Value" = h."Value"
  WINDOW spell AS (RANGE INTERVAL '5' SECOND PRECEDING);
""",
}


class Writer(threading.Thread):
    """Puts records, each unlike any other, until the server is gone; remembers what was acknowledged, in order."""

    def __init__(self, server, name, cycle):
        super().__init__()
        self.kinesis = server.client("kinesis")
        self.name, self.prefix = name, f"{name}-{cycle}"
        self.acknowledged = []  # (shard, sequence number, data)
        self.stopping = threading.Event()
        self.surprise = None

    def run(self):
        chance = random.Random(self.prefix)
        count = 0
        while not self.stopping.is_set():
            data = []
            for _ in range(RECORDS_PER_REQUEST):
                count += 1
                reading = {"Id": f"{self.prefix}-{count}", "Writer": self.name, "Value": chance.randrange(1000)}
                data.append(json.dumps(reading).encode() + b"\n")
            try:
                answer = self.kinesis.put_records(StreamName="in", Records=[
                    {"Data": one, "PartitionKey": str(chance.random())} for one in data])
            except botocore.exceptions.ClientError as error:
                self.surprise = error
                return
            except (botocore.exceptions.BotoCoreError, OSError):
                return  # the server is gone
            for one, entry in zip(data, answer["Records"]):
                if "ErrorCode" not in entry:
                    self.acknowledged.append((entry["ShardId"], entry["SequenceNumber"], one))

    def finish(self):
        self.stopping.set()
        self.join()
        assert self.surprise is None, self.surprise


class Outcome:
    """The rows of an application's stream so far, read on from where the last look ended."""

    def __init__(self, application):
        self.application = application
        self.records = []  # their bytes
        self.last = None

    def read(self, server):
        kinesis = server.client("kinesis")
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if self.last:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": self.last}
        [shard] = kinesis.list_shards(StreamName=self.application)["Shards"]
        iterator = kinesis.get_shard_iterator(StreamName=self.application, ShardId=shard["ShardId"], **start)["ShardIterator"]
        while True:
            answer = kinesis.get_records(ShardIterator=iterator, Limit=10_000)
            self.records += [record["Data"] for record in answer["Records"]]
            if answer["Records"]:
                self.last = answer["Records"][-1]["SequenceNumber"]
            elif answer["MillisBehindLatest"] == 0:
                return self.records
            iterator = answer["NextShardIterator"]

    def rows(self, server):
        return [json.loads(data) for data in self.read(server)]


def build_pipeline(server):
    account, region = server.keys["accountId"], server.keys["region"]
    kinesis, analytics, iam = (server.client(name) for name in ("kinesis", "kinesisanalytics", "iam"))
    for name, shards in (("in", 4), *((application, 1) for application in APPLICATIONS)):
        kinesis.create_stream(StreamName=name, ShardCount=shards)
        kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    arn = f"arn:aws:kinesis:{region}:{account}:stream/"
    role = make_role(iam, "analytics", "kinesisanalytics.amazonaws.com", (["kinesis:*"], arn + "*"))
    columns = [{"Name": name, "Mapping": f"$.{name}", "SqlType": kind}
               for name, kind in (("Id", "VARCHAR(40)"), ("Writer", "VARCHAR(16)"), ("Value", "INTEGER"))]
    schema = {"RecordFormat": {"RecordFormatType": "JSON", "MappingParameters": {"JSONMappingParameters": {"RecordRowPath": "$"}}},
              "RecordEncoding": "UTF-8", "RecordColumns": columns}
    for name, code in APPLICATIONS.items():
        analytics.create_application(
            ApplicationName=name, ApplicationCode=code,
            Inputs=[{"NamePrefix": "SOURCE_SQL_STREAM", "InputSchema": schema,
                     "KinesisStreamsInput": {"ResourceARN": arn + "in", "RoleARN": role}}],
            Outputs=[{"Name": "OUTPUT", "DestinationSchema": {"RecordFormatType": "JSON"},
                      "KinesisStreamsOutput": {"ResourceARN": arn + name, "RoleARN": role}}])
        source = analytics.describe_application(ApplicationName=name)["ApplicationDetail"]["InputDescriptions"][0]["InputId"]
        analytics.start_application(ApplicationName=name, InputConfigurations=[
            {"Id": source, "InputStartingPositionConfiguration": {"InputStartingPosition": "TRIM_HORIZON"}}])
    for name in APPLICATIONS:
        until_status(server, name, "RUNNING")


def until_status(server, application, status):
    analytics = server.client("kinesisanalytics")
    until(f"{application} {status}", 60, lambda: status == analytics.describe_application(
        ApplicationName=application)["ApplicationDetail"]["ApplicationStatus"])


def stop_applications(server, outcomes):
    """Nothing is under way afterwards; `outcomes` hold all there is."""
    for application in outcomes:
        server.client("kinesisanalytics").stop_application(ApplicationName=application)
    for application, outcome in outcomes.items():
        until_status(server, application, "READY")
        outcome.read(server)
    server.stop()


def compare_with_undisturbed_run(server, outcome):
    """The same batches with the same rowtimes, through an engine that was never killed, give the same bytes in the same order."""
    disturbed = outcome.records
    undisturbed, summary = repeat_run(server, outcome.application)
    print(f"{outcome.application}, undisturbed run: {summary}")
    for at, (is_there, should_be) in enumerate(zip(disturbed, undisturbed)):
        assert is_there == should_be, f"{outcome.application}: row {at} is another"
    assert len(disturbed) == len(undisturbed), outcome.application


def repeat_run(server, application, *arguments):
    answer = subprocess.run([REPLAY, server.data, application, "OUTPUT", *arguments], capture_output=True, timeout=600)
    assert answer.returncode == 0, answer.stderr.decode()
    return answer.stdout.splitlines(keepends=True), answer.stderr.decode().strip()


def forget_journal(server, application):
    """Takes what the stopped server's journal holds beyond the last checkpoint; how many entries."""
    answer = subprocess.run([REPLAY, server.data, application, "--forget"], capture_output=True, text=True, timeout=600)
    assert answer.returncode == 0, answer.stderr
    return int(answer.stdout)
