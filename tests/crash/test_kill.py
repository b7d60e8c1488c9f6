"""kill -9 at random moments under load: nothing acknowledged is lost, doubled or out of order, and what follows from the
stream (the SQL applications' rows, the archive) comes out once and as if nothing had happened.

WR_KILL_CYCLES says how often (10); WR_KILL_SEED repeats a run's choice of moments; WR_REPLAY is the program that repeats
an application's run from its journal.
"""
import collections
import json
import os
import random
import threading
import time

import botocore.exceptions
import pytest

from helpers import all_shards, json_documents, json_of, make_role, objects_of, read_stream, shards_of, until
from pipeline import (APPLICATIONS, Outcome, Writer, build_pipeline, compare_with_undisturbed_run, repeat_run,
                      stop_applications)

CYCLES = int(os.environ.get("WR_KILL_CYCLES", "10"))
SEED = int(os.environ.get("WR_KILL_SEED", random.randrange(2**32)))
WRITERS = 3


class Resharder(threading.Thread):
    """Splits and merges shards of the stream until the server is gone, so that kills also hit a change of the topology."""

    OPEN_SHARDS_MAX = 8

    def __init__(self, server, seed):
        super().__init__()
        self.kinesis = server.client("kinesis")
        self.chance = random.Random(seed)
        self.stopping = threading.Event()
        self.changes = 0
        self.surprise = None

    def run(self):
        while not self.stopping.wait(self.chance.uniform(0.02, 0.3)):
            try:
                self.change()
                self.changes += 1
            except self.kinesis.exceptions.ResourceInUseException:
                continue  # the last change is still under way
            except botocore.exceptions.ClientError as error:
                self.surprise = error
                return
            except (botocore.exceptions.BotoCoreError, OSError):
                return  # the server is gone

    def change(self):
        shards = [(int(shard["HashKeyRange"]["StartingHashKey"]), int(shard["HashKeyRange"]["EndingHashKey"]), shard["ShardId"])
                  for shard in all_shards(self.kinesis, "in")
                  if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
        shards.sort()
        at = self.chance.randrange(len(shards))
        if len(shards) < 2 or len(shards) < self.OPEN_SHARDS_MAX and self.chance.random() < 0.5:
            first, last, shard = shards[at]
            if last - first > 4:
                self.kinesis.split_shard(StreamName="in", ShardToSplit=shard, NewStartingHashKey=str((first + last) // 2))
        else:
            at = min(at, len(shards) - 2)
            self.kinesis.merge_shards(StreamName="in", ShardToMerge=shards[at][2], AdjacentShardToMerge=shards[at + 1][2])

    def finish(self):
        self.stopping.set()
        self.join()
        assert self.surprise is None, self.surprise


class Ledger:
    """What was acknowledged so far, and how far each shard has been compared with it."""

    def __init__(self):
        self.expected = collections.defaultdict(dict)  # shard -> sequence number -> data, not yet compared
        self.last_seen = {}
        self.ended = set()  # shards that were read to their end
        self.reshards = 0
        self.ids = set()
        self.acknowledged = 0

    def add(self, writer):
        newest = {}
        for shard, sequence, data in writer.acknowledged:
            assert int(sequence) > newest.get(shard, 0), f"{writer.prefix}: {shard} acknowledged {sequence} after {newest[shard]}"
            newest[shard] = int(sequence)
            assert sequence not in self.expected[shard], f"{shard}: {sequence} was given twice"
            self.expected[shard][sequence] = data
            self.acknowledged += 1

    def compare(self, kinesis):
        for shard in shards_of(kinesis, "in"):
            expected = self.expected.pop(shard, {})
            if shard in self.ended:
                assert not expected, f"{shard}: acknowledged {sorted(expected)[:3]} after its end"
                continue
            for record in self.records_since(kinesis, shard):
                sequence = int(record["SequenceNumber"])
                assert sequence > self.last_seen.get(shard, 0), f"{shard}: {sequence} is not after {self.last_seen[shard]}"
                self.last_seen[shard] = sequence
                acknowledged = expected.pop(record["SequenceNumber"], record["Data"])
                assert acknowledged == record["Data"], f"{shard}: {sequence} holds other bytes than were acknowledged"
                own = json.loads(record["Data"])["Id"]
                assert own not in self.ids, f"{own} is there twice"
                self.ids.add(own)
            assert not expected, f"{shard}: {len(expected)} acknowledged records are missing: {sorted(expected)[:3]}"

    def records_since(self, kinesis, shard):
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard in self.last_seen:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": str(self.last_seen[shard])}
        iterator = kinesis.get_shard_iterator(StreamName="in", ShardId=shard, **start)["ShardIterator"]
        while True:
            answer = kinesis.get_records(ShardIterator=iterator, Limit=10_000)
            yield from answer["Records"]
            iterator = answer.get("NextShardIterator")
            if iterator is None:
                self.ended.add(shard)
                return
            if not answer["Records"] and answer["MillisBehindLatest"] == 0:
                return


def build_archive(server):
    account, region = server.keys["accountId"], server.keys["region"]
    source = f"arn:aws:kinesis:{region}:{account}:stream/in"
    firehose = server.client("firehose")
    server.client("s3").create_bucket(Bucket="archive")
    delivery = make_role(server.client("iam"), "delivery", "firehose.amazonaws.com", (["kinesis:*"], source),
                         (["s3:*"], ["arn:aws:s3:::archive", "arn:aws:s3:::archive/*"]))
    firehose.create_delivery_stream(
        DeliveryStreamName="archive", DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": source, "RoleARN": delivery},
        ExtendedS3DestinationConfiguration={"RoleARN": delivery, "BucketARN": "arn:aws:s3:::archive",
                                            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 1}})
    until("delivery stream", 30, lambda: firehose.describe_delivery_stream(
        DeliveryStreamName="archive")["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE")


def load_and_kill(server, ledger, cycle, moment):
    writers = [Writer(server, f"writer{i}", cycle) for i in range(WRITERS)]
    resharder = Resharder(server, f"{SEED}-{cycle}")
    for thread in (*writers, resharder):
        thread.start()
    time.sleep(moment)
    server.kill()
    for writer in writers:
        writer.finish()
        ledger.add(writer)
    resharder.finish()
    ledger.reshards += resharder.changes


@pytest.mark.timeout(600 + 30 * CYCLES)
def test_kill_at_random_moments_loses_doubles_and_reorders_nothing(new_server):
    print(f"WR_KILL_SEED={SEED} WR_KILL_CYCLES={CYCLES}")
    chance = random.Random(SEED)
    # Checkpoints so often that kills fall between them and into them.
    server = new_server("--keep-journal", "--checkpoint-entries", "40")
    build_pipeline(server)
    build_archive(server)
    ledger = Ledger()
    slowest = 0
    for cycle in range(CYCLES):
        # Some kills come while the server is still starting its pipeline again.
        moment = chance.choice([chance.uniform(0.05, 0.3), chance.uniform(0.3, 2.0)])
        load_and_kill(server, ledger, cycle, moment)
        started = time.monotonic()
        server.start()
        slowest = max(slowest, time.monotonic() - started)
        ledger.compare(server.client("kinesis"))
    print(f"{ledger.acknowledged} acknowledged, {len(ledger.ids)} in the stream, {ledger.reshards} reshards, "
          f"{len(ledger.ended)} shards closed and read to their end, slowest start {slowest:.2f} s")
    assert ledger.acknowledged > CYCLES
    assert ledger.reshards > CYCLES // 2
    wanted = json_of(read_stream(server.client("kinesis"), "in"))
    outcomes = {application: Outcome(application) for application in APPLICATIONS}
    compare_totals(server, outcomes["tumbling"], wanted)
    compare_sliding(server, outcomes["sliding"], wanted)
    compare_pairs(server, outcomes["join"])
    compare_with_archive(server, wanted)
    stop_applications(server, outcomes)
    for application, outcome in outcomes.items():
        compare_with_undisturbed_run(server, outcome)
        # The first batch two windows later: a comparison that cannot see that is worth nothing.
        shifted, _ = repeat_run(server, application, "--shift", "0", "2000")
        assert shifted != outcome.records


def compare_totals(server, outcome, wanted):
    """Each reading is counted once, and each window came out once."""
    sums = collections.Counter()
    for reading in wanted:
        sums[reading["Writer"], "Readings"] += 1
        sums[reading["Writer"], "Total"] += reading["Value"]

    def complete():
        rows = outcome.rows(server)
        return rows if sum(row["Readings"] for row in rows) >= len(wanted) else None

    rows = until("all readings in the totals", 60, complete, 0.5)
    keys = collections.Counter((row["Writer"], row["Ended"]) for row in rows)
    assert [key for key, times in keys.items() if times > 1] == [], "windows that came out more than once"
    found = collections.Counter()
    for row in rows:
        found[row["Writer"], "Readings"] += row["Readings"]
        found[row["Writer"], "Total"] += row["Total"]
    assert found == sums


def compare_sliding(server, outcome, wanted):
    """Each reading gave one row."""
    until("a row of each reading", 60, lambda: len(outcome.read(server)) >= len(wanted), 0.5)
    assert sorted(row["Id"] for row in outcome.rows(server)) == sorted(reading["Id"] for reading in wanted)


def compare_pairs(server, outcome):
    """No pair came twice, nor a reading that left the window."""
    until("readings with and without a partner", 60, lambda: {True, False} == {
        row["High"] is None for row in outcome.rows(server)}, 0.5)
    rows = outcome.rows(server)
    pairs = collections.Counter((row["Low"], row["High"]) for row in rows)
    assert [pair for pair, times in pairs.items() if times > 1] == [], "pairs that came out more than once"


def compare_with_archive(server, wanted):
    ids = sorted(reading["Id"] for reading in wanted)

    def archived():
        found = [d["Id"] for body in objects_of(server.client("s3"), "archive").values() for d in json_documents(body)]
        return found if len(found) >= len(ids) else None

    assert sorted(until("the whole archive", 90, archived, 1)) == ids
