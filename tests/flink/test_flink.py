"""Exported applications on a real Flink, against this engine: the same records with their own times, the same rows.

RunScripts.java runs every case on a cluster inside its own process. Needs a JDK 11 or 17, and build/flink-venv with
apache-flink-libraries; `tools/run_tests flink` makes it.
"""
import glob
import json
import os
import pathlib
import subprocess

import cluster
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("WILDRYDES", ROOT / "build/release/wildrydes"))

COLUMNS = 'S="Name" VARCHAR(16), "Distance" DOUBLE, "HP" INTEGER, "MP" BIGINT, "Price" DECIMAL(8, 2), "At" TIMESTAMP'
READINGS = [
    ("Shadowfax", 175.5, 99, 3, 1.25, "03:13:01.000"), ("Rocinante", 12.25, 150, 4, 2.5, "03:13:01.500"),
    ("Shadowfax", 174.4, 101, None, 1.5, "03:13:30.250"), ("Bucephalus", None, 7, 9, None, "03:13:59.999"),
    ("Shadowfax", 0.5, 90, 3, 7.05, "03:14:00.000"), ("Rocinante", -2.5, None, 4, 0.1, "03:14:20.000"),
    (None, 3.5, 42, 5, 3.0, "03:14:40.125"), ("Shadowfax", 8.25, 60, 6, 2.0, "03:15:59.000"),
    ("Rocinante", 1.0, 20, 7, 2.25, "03:20:00.000"),
]
PER_MINUTE = "GROUP BY FLOOR(S.ROWTIME TO MINUTE)"
# name: columns of O, the query of its only pump; or a whole script.
CASES = {
    "wild rydes": ('"Name" VARCHAR(16), "Time" TIMESTAMP, D SMALLINT, A SMALLINT, B SMALLINT',
                   f'SELECT STREAM "Name", ROWTIME, SUM("Distance"), MIN("HP"), MAX("HP") FROM S {PER_MINUTE}, "Name"'),
    "filter": ('N VARCHAR(16), H INTEGER, T TIMESTAMP',
               'SELECT STREAM "Name", "HP" + 1, ROWTIME FROM S WHERE "HP" < 100 AND "Name" LIKE \'S%\''),
    "ten seconds and having": ('N VARCHAR(16), C BIGINT',
                               'SELECT STREAM "Name", COUNT(*) FROM S GROUP BY STEP(S.ROWTIME BY INTERVAL \'10\' SECOND), "Name" '
                               'HAVING COUNT("HP") > 0'),
    "start of the window": ('W TIMESTAMP, C BIGINT', f'SELECT STREAM FLOOR(S.ROWTIME TO MINUTE), COUNT(*) FROM S {PER_MINUTE}'),
    "averages": ('A INTEGER, B DOUBLE, C DECIMAL(10, 2)',
                 f'SELECT STREAM AVG("HP"), AVG("Distance"), SUM("Price") FROM S {PER_MINUTE}'),
    "variance": ('A DOUBLE, B DOUBLE', f'SELECT STREAM VAR_POP("HP"), STDDEV_SAMP("HP") FROM S WHERE "HP" IS NOT NULL '
                 'GROUP BY FLOOR(S.ROWTIME TO HOUR)'),
    "rounding": ('I INTEGER, J SMALLINT, K DECIMAL(6, 1)',
                 'SELECT STREAM CAST("Distance" AS INTEGER), "Price" * 2, "Price" FROM S'),
    "expressions": ('A VARCHAR(40), B VARCHAR(8), C INTEGER, D BIGINT, E BOOLEAN, F DOUBLE',
                    'SELECT STREAM UPPER("Name") || \'-\' || CAST("HP" AS VARCHAR(8)), SUBSTRING("Name" FROM 2 FOR 3), '
                    'CHAR_LENGTH("Name"), MOD("MP", 4), "HP" BETWEEN 50 AND 100, POWER("Distance", 2) FROM S'),
    "choices": ('A VARCHAR(16), B INTEGER, C VARCHAR(8)',
                'SELECT STREAM COALESCE("Name", \'nobody\'), NULLIF("HP", 7), '
                'CASE WHEN "HP" > 90 THEN \'well\' WHEN "HP" IS NULL THEN \'?\' ELSE \'weak\' END FROM S'),
    "text": ('A VARCHAR(16), B INTEGER, C VARCHAR(16), D VARCHAR(16)',
             'SELECT STREAM TRIM(LEADING \'S\' FROM "Name"), POSITION(\'a\' IN "Name"), INITCAP(LOWER("Name")), '
             'OVERLAY("Name" PLACING \'xx\' FROM 2 FOR 3) FROM S'),
    "times": ('A TIMESTAMP, B BIGINT, C BIGINT, D TIMESTAMP, E DECIMAL(5, 3), F VARCHAR(30), G TIMESTAMP',
              'SELECT STREAM STEP("At" BY INTERVAL \'7\' SECOND), UNIX_TIMESTAMP("At"), '
              'TSDIFF(TIMESTAMP \'2018-03-18 03:13:00\', "At"), "At" + INTERVAL \'90\' SECOND, EXTRACT(SECOND FROM "At"), '
              'TIMESTAMP_TO_CHAR(\'yyyy/MM/dd HH-mm\', "At"), FLOOR("At" TO HOUR) FROM S'),
    "sliding range": ('N VARCHAR(16), A DOUBLE, B BIGINT',
                      'SELECT STREAM "Name", SUM("Distance") OVER W, COUNT(*) OVER W FROM S WINDOW W AS '
                      '(PARTITION BY "Name" RANGE INTERVAL \'1\' MINUTE PRECEDING)'),
    "sliding rows": ('N VARCHAR(16), A INTEGER',
                     'SELECT STREAM "Name", MAX("HP") OVER (PARTITION BY "Name" ROWS 1 PRECEDING) FROM S'),
    "lag": ('N VARCHAR(16), A INTEGER', 'SELECT STREAM "Name", LAG("HP", 1) OVER (PARTITION BY "Name") FROM S'),
    "filter over a window": ('N VARCHAR(16), C BIGINT',
                             'SELECT STREAM X.N, X.C FROM (SELECT STREAM "Name" AS N, COUNT(*) OVER (PARTITION BY "Name" '
                             'ROWS 5 PRECEDING) AS C FROM S) AS X WHERE X.C > 1'),
    "windowed join": ('N VARCHAR(16), A INTEGER, B INTEGER, T TIMESTAMP',
                      'SELECT STREAM L."Name", L."HP", R."HP", ROWTIME FROM S OVER (RANGE INTERVAL \'1\' MINUTE PRECEDING) AS L '
                      'JOIN S AS R ON L."Name" = R."Name" WHERE L."HP" <> R."HP"'),
    "reference data": ('N VARCHAR(16), R VARCHAR(16)',
                       'SELECT STREAM S."Name", T.RIDER FROM S JOIN T ON S."Name" = T.NAME'),
    "top k": ('N VARCHAR(16), C BIGINT',
              'SELECT STREAM * FROM TABLE(TOP_K_ITEMS_TUMBLING(CURSOR(SELECT STREAM * FROM S), \'Name\', 1, 60))'),
    "distinct items": ('C BIGINT',
                       'SELECT STREAM * FROM TABLE(COUNT_DISTINCT_ITEMS_TUMBLING(CURSOR(SELECT STREAM * FROM S), \'Name\', 60))'),
    "select distinct": ('W TIMESTAMP, N VARCHAR(16)', 'SELECT STREAM DISTINCT FLOOR(S.ROWTIME TO MINUTE), "Name" FROM S'),
    "chain": 'CREATE STREAM LOW (N VARCHAR(16), H INTEGER); CREATE STREAM O (N VARCHAR(16), C BIGINT);'
             'CREATE PUMP A AS INSERT INTO LOW SELECT STREAM "Name", "HP" FROM S WHERE "HP" < 100;'
             'CREATE PUMP B AS INSERT INTO O SELECT STREAM N, COUNT(*) FROM LOW GROUP BY FLOOR(LOW.ROWTIME TO MINUTE), N',
    "two writers": 'CREATE STREAM M (N VARCHAR(16), H INTEGER); CREATE STREAM O (N VARCHAR(16), H INTEGER);'
                   'CREATE PUMP A AS INSERT INTO M SELECT STREAM "Name", "HP" FROM S WHERE "HP" < 50;'
                   'CREATE PUMP B AS INSERT INTO M SELECT STREAM "Name", "HP" FROM S WHERE "HP" > 100;'
                   'CREATE PUMP C AS INSERT INTO O SELECT STREAM N, H FROM M',
}


def wildrydes(*arguments):
    done = subprocess.run([BINARY, "app", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Case:
    def __init__(self, folder, name, number):
        self.name, self.folder = name, folder / f"c{number}"
        (self.folder / "in").mkdir(parents=True)
        self.out, self.script = self.folder / "out", self.folder / "flink.sql"
        case = CASES[name]
        script = case if isinstance(case, str) else f"CREATE STREAM O ({case[0]}); CREATE PUMP P AS INSERT INTO O {case[1]}"
        (self.folder / "a.sql").write_text(script)
        with open(self.folder / "in/records.json", "w") as records:
            for name, distance, hp, mp, price, at in READINGS:
                record = {"Name": name, "Distance": distance, "HP": hp, "MP": mp, "Price": price, "At": f"2018-03-18 {at}"}
                records.write(json.dumps(record) + "\n")
        (self.folder / "riders.csv").write_text("Shadowfax,Gandalf\nRocinante,Quixote\n")
        self.has_table = " T " in script

    def arguments(self):
        table = ["--table", f"T={self.folder}/riders.csv", "--columns", "T=NAME VARCHAR(16), RIDER VARCHAR(16)"]
        return [self.folder / "a.sql", "-i", f"S={self.folder}/in/records.json", "--columns", COLUMNS,
                *(table if self.has_table else []), "--time"]

    def expected(self):
        lines = wildrydes("run", *self.arguments(), "S=At", "-q", "-o", "jsonl").splitlines()
        return [json.loads(line) for line in lines]

    def flink(self):
        def files(stream, path):
            return ["--connector", f"{stream}='connector' = 'filesystem', 'path' = '{path}'"]
        return wildrydes(
            "export", "--flink", *self.arguments(), "At", *files("S", self.folder / "in"), *files("O", self.out),
            *files("T", self.folder / "riders.csv"))

    def actual(self):
        lines = []
        for path in glob.glob(f"{self.out}/**/*", recursive=True):
            if os.path.isfile(path):
                lines += pathlib.Path(path).read_text().splitlines()
        return [json.loads(line) for line in lines if line]


@pytest.fixture(scope="session")
def session(tmp_path_factory):
    """Cases by name, run; and what Flink said to each."""
    folder = tmp_path_factory.mktemp("flink")
    cases = [Case(folder, name, number) for number, name in enumerate(CASES)]
    for case in cases:
        case.script.write_text(case.flink())
    done = subprocess.run(cluster.command(*(case.script for case in cases)), capture_output=True, text=True, timeout=600,
                          cwd=folder)
    said = {}
    for case in cases:
        said[case.name] = next((line for line in done.stdout.splitlines() if line.startswith(f"{case.script} ")),
                               done.stdout[-2000:] + done.stderr[-2000:])
    return {case.name: case for case in cases}, said


def normal(rows):
    """Numbers by value, rows in any order."""
    def value(one):
        return round(float(one), 9) if isinstance(one, (int, float)) and not isinstance(one, bool) else one
    return sorted((json.dumps({key: value(one) for key, one in row.items()}, sort_keys=True) for row in rows))


@pytest.mark.parametrize("name", CASES)
def test_flink_gives_the_rows_of_this_engine(session, name):
    cases, said = session
    assert said[name].endswith(" ok"), said[name][:3000]
    expected = cases[name].expected()
    assert expected, "a case without rows shows nothing"
    assert normal(cases[name].actual()) == normal(expected)
