"""`wildrydes app` against a running server: the life of an application from a terminal."""
import json
import subprocess
import time

import pytest

from conftest import BINARY

LOW = """CREATE STREAM LOW ("Name" VARCHAR(16), HP SMALLINT);
CREATE PUMP P AS INSERT INTO LOW SELECT STREAM "Name", "HP" FROM SOURCE_SQL_STREAM_001 WHERE "HP" < 100;
"""


@pytest.fixture
def app(server):
    """app("list"): the finished process."""
    if server is None:
        pytest.skip("needs a server of our own")

    def run(*arguments, **options):
        return subprocess.run([BINARY, "app", *arguments, "--data", server.data], capture_output=True, text=True, timeout=60,
                              **options)
    return run


@pytest.fixture
def streams(aws, unique):
    kinesis = aws("kinesis")
    names = unique("app-in"), unique("app-out")
    for name in names:
        kinesis.create_stream(StreamName=name, ShardCount=1)
        kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    return names


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "low.sql"
    path.write_text(LOW)
    return path


def put(aws, stream, *records):
    for record in records:
        text = record if isinstance(record, str) else json.dumps(record)
        aws("kinesis").put_record(StreamName=stream, PartitionKey="k", Data=text.encode())


def rows(result):
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_application_is_created_started_tailed_stopped_and_deleted(app, aws, unique, streams, script):
    name = unique("app")
    put(aws, streams[0], {"Name": "Shadowfax", "HP": 99}, {"Name": "Rocinante", "HP": 150})
    created = app("create", name, str(script), "--input", streams[0], "--output", streams[1])
    assert created.returncode == 0, created.stderr
    assert "Name VARCHAR(16)" in created.stderr  # what was discovered
    assert app("start", name, "--from", "horizon").returncode == 0
    shown = json.loads(app("show", name, "-o", "json").stdout)
    assert (shown["status"], shown["outputs"][0]["in-app stream"]) == ("RUNNING", "LOW")
    assert shown["inputs"][0]["position"] == "TRIM_HORIZON"
    assert app("show", name, "--code").stdout == LOW
    assert name in [one["name"] for one in json.loads(app("list", "-o", "json").stdout)]
    expected = [{"Name": "Shadowfax", "HP": 99}]
    assert rows(app("tail", name, "--from", "horizon", "-n", "1")) == expected
    # The same stream computed here, and one that no output takes.
    assert rows(app("tail", name, "LOW", "--here", "--from", "horizon", "--end")) == expected
    put(aws, streams[0], "no json")
    errors = rows(app("errors", name, "--from", "horizon", "--end"))
    assert len(errors) == 1 and bytes.fromhex(errors[0]["DATA_ROW"]).decode().strip() == "no json"
    table = app("errors", name, "--from", "horizon", "--end", "-o", "table").stdout.splitlines()
    assert table[0].split() == ["time", "error", "pump", "message", "row"] and table[2].endswith("no json")
    explained = app("explain", name).stdout
    assert f"SOURCE_SQL_STREAM_001  (input from {streams[0]})" in explained and 'where   "HP" < 100' in explained
    exported = app("export", "--flink", name).stdout
    assert f":stream/{streams[1]}'" in exported and "WHERE `HP` < 100" in exported
    assert app("stop", name).returncode == 0
    assert app("delete", name).returncode == 0
    gone = app("show", name)
    assert gone.returncode == 4 and "ResourceNotFoundException" in gone.stderr


def test_a_script_runs_over_a_live_stream(app, server, aws, streams, script):
    process = subprocess.Popen([BINARY, "app", "run", str(script), "--stream", streams[0], "-n", "1", "--columns",
                                '"Name" VARCHAR(16), "HP" INTEGER', "--data", server.data],
                               stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)
    put(aws, streams[0], {"Name": "Bucephalus", "HP": 7})
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, '{"Name":"Bucephalus","HP":7}\n')


def test_a_stream_of_the_past_is_replayed_by_its_arrival(app, aws, streams, script):
    put(aws, streams[0], {"Name": "A", "HP": 1}, {"Name": "B", "HP": 2})
    replay = app("run", str(script), "--stream", streams[0], "--from", "horizon", "--end", "-t", "arrival", "--rowtime")
    found = rows(replay)
    assert [(row["Name"], row["HP"]) for row in found] == [("A", 1), ("B", 2)]
    assert all(row["ROWTIME"].startswith("20") for row in found)


def test_a_wrong_script_is_shown_where_it_is_wrong(app, tmp_path):
    path = tmp_path / "wrong.sql"
    path.write_text("CREATE STREAM O (N INTEGER);\nCREATE PUMP P AS INSERT INTO O SELECT STREAM NOSUCH FROM S;\n")
    data = tmp_path / "in.json"
    data.write_text('{"N":1}\n')
    wrong = app("run", str(path), "-i", str(data))
    assert wrong.returncode == 1
    first, line, carets = wrong.stderr.splitlines()[:3]
    assert f"{path}:2:46: " in first and "NOSUCH" in first
    assert line[carets.index("^"):].startswith("NOSUCH") and carets.strip() == "^" * 6


def test_what_is_not_there_is_named(app, script):
    assert app("start", "no-such-application").returncode == 4
    assert app("run", str(script)).returncode == 2
