"""The Wild Rydes application over the same records, here and exported to Flink SQL: processor time per record, and memory.

Here the records come from a stream's log, with the rowtime journal; there from a file, without checkpoints. A tenth of the
records is run first and subtracted, so that Flink does not pay for its start. The memory here is that of `app run`.
"""
import datetime
import glob
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys

from load import ROOT

sys.path.insert(0, str(ROOT / "tests/flink"))
import cluster  # noqa: E402

BINARY = pathlib.Path(os.environ.get("WILDRYDES", ROOT / "build/release/wildrydes"))
RATE = ROOT / "build/release/tests/bench/sql_rate"
FOLDER = ROOT / "build/bench/flink"
SCRIPT = """CREATE STREAM O ("Name" VARCHAR(32), "StatusTime" TIMESTAMP, "Distance" BIGINT, A BIGINT, B BIGINT, C BIGINT, D BIGINT);
CREATE PUMP P AS INSERT INTO O SELECT STREAM "Name", ROWTIME, SUM("Distance"), MIN("MagicPoints"), MAX("MagicPoints"),
MIN("HealthPoints"), MAX("HealthPoints") FROM S GROUP BY FLOOR(S.ROWTIME TO MINUTE), "Name";
"""
COLUMNS = ('S="Distance" DOUBLE, "HealthPoints" INTEGER, "Latitude" DOUBLE, "Longitude" DOUBLE, "MagicPoints" INTEGER, '
           '"Name" VARCHAR(32), "StatusTime" TIMESTAMP')
UNICORNS, RECORDS_PER_MS = 1_000, 4


def write_records(path, count):
    path.parent.mkdir(parents=True)
    chance, start = random.Random(7), datetime.datetime(2018, 3, 18, 3, 14)
    with open(path, "w") as file:
        for number in range(count):
            at = start + datetime.timedelta(milliseconds=number // RECORDS_PER_MS)
            file.write(f'{{"Distance":{chance.random() * 300:.14f},"HealthPoints":{chance.randrange(200)},'
                       f'"Latitude":{chance.random() * 90:.13f},"Longitude":{-chance.random() * 180:.13f},'
                       f'"MagicPoints":{chance.randrange(200)},"Name":"unicorn-{chance.randrange(UNICORNS):06}",'
                       f'"StatusTime":"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"}}\n')


def cost(command, output):
    """Processor seconds of all threads, and the most memory, in MiB."""
    with open(output, "w") as out:
        process = subprocess.Popen(list(map(str, command)), stdout=out, stderr=subprocess.DEVNULL, cwd=FOLDER)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def arguments(count):
    return [FOLDER / "app.sql", "-i", f"S={FOLDER}/{count}/records.json", "--columns", COLUMNS, "--time"]


def here(count):
    log = FOLDER / "log"
    log.mkdir()
    said = subprocess.check_output([RATE, log, FOLDER / str(count) / "records.json"], text=True)
    shutil.rmtree(log)
    command = [BINARY, "app", "run", *arguments(count), "S=StatusTime", "-q", "-o", "jsonl"]
    _, mebibytes = cost(command, FOLDER / "here")
    return json.loads(said)["records_per_s"], mebibytes, sum(1 for _ in open(FOLDER / "here"))


def flink(count):
    out, script = FOLDER / "out", FOLDER / "flink.sql"
    shutil.rmtree(out, ignore_errors=True)
    files = [part for stream, path in (("S", FOLDER / str(count)), ("O", out))
             for part in ("--connector", f"{stream}='connector' = 'filesystem', 'path' = '{path}'")]
    script.write_text(subprocess.check_output(
        [BINARY, "app", "export", "--flink", *arguments(count), "StatusTime", *files], text=True))
    spent = cost(cluster.command(script), FOLDER / "said")
    said = (FOLDER / "said").read_text().strip()
    if not said.endswith(" ok"):
        raise RuntimeError(said)
    rows = sum(1 for path in glob.glob(f"{out}/**/*", recursive=True) if os.path.isfile(path) for _ in open(path))
    return *spent, rows


def measure(options):
    shutil.rmtree(FOLDER, ignore_errors=True)
    few, many = options.records // 10, options.records
    for count in (few, many):
        write_records(FOLDER / str(count) / "records.json", count)
    (FOLDER / "app.sql").write_text(SCRIPT)
    rates, memory = {"here": [], "flink": []}, {"here": [], "flink": []}
    for number in range(options.rounds):
        rows = {}
        rate, mebibytes, rows["here"] = here(many)
        rates["here"].append(rate)
        memory["here"].append(mebibytes)
        start, _, _ = flink(few)
        whole, mebibytes, rows["flink"] = flink(many)
        rates["flink"].append((many - few) / (whole - start))
        memory["flink"].append(mebibytes)
        if rows["here"] != rows["flink"]:
            raise RuntimeError(f"not the same rows: {rows}")
        print(f"round {number + 1}: here {rates['here'][-1]:,.0f}, Flink {rates['flink'][-1]:,.0f}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    ours, theirs = (statistics.median(rates[name]) for name in ("here", "flink"))
    ours_memory, theirs_memory = (statistics.median(memory[name]) for name in ("here", "flink"))
    print(f"the Wild Rydes application over {many:,} records, {rows['here']:,} rows, medians of {options.rounds} rounds")
    print(f"records per second of processor time: here {ours:,.0f}, Flink 1.20 {theirs:,.0f}, factor {ours / theirs:.1f}")
    print(f"most memory: here {ours_memory:,.0f} MiB, Flink {theirs_memory:,.0f} MiB, factor {theirs_memory / ours_memory:.1f}")
