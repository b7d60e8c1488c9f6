"""What the workshop's guide gives its reader: SQL, table definition, an empty account and a terminal."""
import datetime
import json
import os
import shutil
import signal
import subprocess
import threading

from conftest import BINARY, ROOT

SUMMARY_SQL = """
CREATE OR REPLACE STREAM "DESTINATION_SQL_STREAM" (
  "Name"                VARCHAR(16),
  "StatusTime"          TIMESTAMP,
  "Distance"            SMALLINT,
  "MinMagicPoints"      SMALLINT,
  "MaxMagicPoints"      SMALLINT,
  "MinHealthPoints"     SMALLINT,
  "MaxHealthPoints"     SMALLINT
);
CREATE OR REPLACE PUMP "STREAM_PUMP" AS
  INSERT INTO "DESTINATION_SQL_STREAM"
    SELECT STREAM "Name", "ROWTIME", SUM("Distance"), MIN("MagicPoints"),
                  MAX("MagicPoints"), MIN("HealthPoints"), MAX("HealthPoints")
    FROM "SOURCE_SQL_STREAM_001"
    GROUP BY FLOOR("SOURCE_SQL_STREAM_001"."ROWTIME" TO MINUTE), "Name";
"""
VITALS_SQL = """
CREATE OR REPLACE STREAM "DESTINATION_SQL_STREAM" ("Name" VARCHAR(16), "StatusTime" TIMESTAMP, "HealthPoints" SMALLINT,
                                                   "MagicPoints" SMALLINT);
CREATE OR REPLACE PUMP "VITALS_PUMP" AS INSERT INTO "DESTINATION_SQL_STREAM"
  SELECT STREAM "Name", "StatusTime", "HealthPoints", "MagicPoints" FROM "SOURCE_SQL_STREAM_001"
  WHERE "HealthPoints" < 100 OR "MagicPoints" < 100;
"""
TABLE_DDL = """CREATE EXTERNAL TABLE IF NOT EXISTS wildrydes (
  Name string,
  StatusTime timestamp,
  Latitude float,
  Longitude float,
  Distance float,
  HealthPoints int,
  MagicPoints int
)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
LOCATION 's3://{bucket}/'"""
UTC = datetime.timezone.utc


class Workshop:
    """A server as empty as a new account, and a user's tools."""

    def __init__(self, server):
        self.server = server
        self.account = server.keys["accountId"]
        self.region = server.keys["region"]
        self.bucket = f"wildrydes-data-{self.account}"
        self.results = f"wildrydes-query-results-{self.account}"
        venv = ROOT / "build/venv/bin/aws"
        self.cli = str(venv) if venv.exists() else shutil.which("aws")

    def client(self, service, **options):
        return self.server.client(service, **options)

    def aws(self, *arguments):
        done = subprocess.run([self.cli, *arguments], env=self.server.environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip().startswith("{") else done.stdout

    def stream_arn(self, name):
        return f"arn:aws:kinesis:{self.region}:{self.account}:stream/{name}"


class Tool:
    """`wildrydes producer` or `consumer` in the background; its output is read as it comes."""

    def __init__(self, workshop, *arguments):
        self.process = subprocess.Popen([BINARY, *arguments], env=workshop.server.environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.output = ""
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        while chunk := os.read(self.process.stdout.fileno(), 4096):
            self.output += chunk.decode()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(10)
        self.reader.join()
        self.process.stdout.close()
        return self.output
