"""Streaming SQL on one core: the engine over records in memory, and an application from the log with its rowtime journal,
beside a bare loop that parses the same columns and keeps the same five aggregates (sql_rate_bare.cc)."""
import json
import shutil
import statistics
import subprocess

import sql_flink
import sql_latency
from load import ROOT

TARGETS = ["sql_rate", "wildrydes", "http_load"]
# Records per second and core, and the share of the bare loop, that the project wants.
GOALS = {"wild rydes": (2_000_000, 0.5), "100,000 keys": (700_000, None), "filter and project": (1_000_000, None),
         "sliding": (1_000_000, None), "random cut forest": (20_000, None)}


def measure(options):
    folder = ROOT / "build/bench"
    rounds = []
    for number in range(options.rounds):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        lines = subprocess.check_output([ROOT / "build/release/tests/bench/sql_rate", folder, str(options.records)], text=True)
        rounds.append({(one["script"], one["how"]): one["records_per_s"] for one in map(json.loads, lines.splitlines())})
        print(f"round {number + 1}: " + ", ".join(f"{script} {rounds[-1][script, 'application']:,.0f}" for script in GOALS))
    shutil.rmtree(folder, ignore_errors=True)

    def median(script, how):
        return statistics.median(one[script, how] for one in rounds)
    print(f"records per second of one core, medians of {options.rounds} rounds; durability of log and journal: always")
    print(f"{'':20} {'bare loop':>12} {'engine':>12} {'of bare':>8} {'application':>12} {'of bare':>8}   goal")
    for script, (rate, share) in GOALS.items():
        bare, engine, application = (median(script, how) for how in ("bare", "engine", "application"))
        goal = f"{rate:,}" + (f", {share} of bare" if share else "")
        print(f"{script:20} {bare:12,.0f} {engine:12,.0f} {engine / bare:8.2f} {application:12,.0f} {application / bare:8.2f}   {goal}")


MEASUREMENTS = {"rates": measure, "latency": sql_latency.latency, "flink": sql_flink.measure}
