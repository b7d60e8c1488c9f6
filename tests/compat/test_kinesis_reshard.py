"""Streams that are resharded while they are written and read."""
import threading

from kinesis_streams import HASH_KEYS, iterator, kinesis, stream, wait_active  # noqa: F401


class Writer(threading.Thread):
    """Puts numbered records of several keys until told to stop; keeps what was acknowledged, in order."""

    def __init__(self, kinesis, name):
        super().__init__()
        self.kinesis, self.name, self.done, self.acknowledged, self.error = kinesis, name, threading.Event(), [], None

    def run(self):
        number = 0
        try:
            while not self.done.is_set():
                entries = []
                for _ in range(5):
                    entries.append({"Data": str(number).encode(), "PartitionKey": f"key-{number % 7}"})
                    number += 1
                answer = self.kinesis.put_records(StreamName=self.name, Records=entries)
                assert answer["FailedRecordCount"] == 0
                self.acknowledged += [(e["PartitionKey"], int(e["Data"]), r["SequenceNumber"])
                                      for e, r in zip(entries, answer["Records"])]
        except Exception as error:  # told by the test's own thread
            self.error = error


def read_lineage(kinesis, name):
    """All records: each shard to its end, then the children whose parents have been read, as a consumer does."""
    shards = kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_TRIM_HORIZON"})["Shards"]
    waiting, finished, started, records = [s["ShardId"] for s in shards], set(), set(), []
    while waiting:
        shard = waiting.pop(0)
        if shard in started:
            continue
        started.add(shard)
        at = iterator(kinesis, name, shard)
        while at:
            answer = kinesis.get_records(ShardIterator=at, Limit=37)
            records += answer["Records"]
            at = answer.get("NextShardIterator")
            if not answer["Records"] and answer["MillisBehindLatest"] == 0:
                break
        if at:
            continue
        finished.add(shard)
        waiting += [c["ShardId"] for c in answer["ChildShards"] if set(c["ParentShards"]) <= finished]
    return records


def open_shards(kinesis, name):
    shards = kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    return sorted(shards, key=lambda s: int(s["HashKeyRange"]["StartingHashKey"]))


def test_every_record_is_read_once_and_in_the_order_of_its_key_across_reshards(kinesis, stream):
    name = stream(2)
    writer = Writer(kinesis, name)
    writer.start()
    try:
        for round_ in range(4):
            first = open_shards(kinesis, name)[0]
            low, high = (int(first["HashKeyRange"][k]) for k in ("StartingHashKey", "EndingHashKey"))
            kinesis.split_shard(StreamName=name, ShardToSplit=first["ShardId"], NewStartingHashKey=str((low + high) // 2))
            wait_active(kinesis, name)
            left, right = open_shards(kinesis, name)[1:3]
            kinesis.merge_shards(StreamName=name, ShardToMerge=left["ShardId"], AdjacentShardToMerge=right["ShardId"])
            wait_active(kinesis, name)
            count = len(open_shards(kinesis, name))
            kinesis.update_shard_count(StreamName=name, TargetShardCount=count + 1 if round_ % 2 == 0 else count - 1,
                                       ScalingType="UNIFORM_SCALING")
            wait_active(kinesis, name)
    finally:
        writer.done.set()
        writer.join()
    assert writer.error is None
    records = read_lineage(kinesis, name)
    assert sorted(int(r["Data"]) for r in records) == [number for _, number, _ in writer.acknowledged]
    for key in {key for key, _, _ in writer.acknowledged}:
        mine = [r for r in records if r["PartitionKey"] == key]
        assert [int(r["Data"]) for r in mine] == [n for k, n, _ in writer.acknowledged if k == key]
        numbers = [int(r["SequenceNumber"]) for r in mine]
        assert numbers == sorted(numbers)


def test_an_iterator_at_a_closed_shard_goes_on_to_its_end(kinesis, stream):
    name = stream()
    shard = "shardId-000000000000"
    kinesis.put_record(StreamName=name, Data=b"a", PartitionKey="k")
    at_start, at_tip = iterator(kinesis, name, shard), iterator(kinesis, name, shard, "LATEST")
    kinesis.split_shard(StreamName=name, ShardToSplit=shard, NewStartingHashKey=str(HASH_KEYS // 2))
    wait_active(kinesis, name)
    children = {"shardId-000000000001", "shardId-000000000002"}
    for kind in ("TRIM_HORIZON", "LATEST"):
        answer = kinesis.get_records(ShardIterator=iterator(kinesis, name, shard, kind))
        assert [r["Data"] for r in answer["Records"]] == ([b"a"] if kind == "TRIM_HORIZON" else [])
        assert "NextShardIterator" not in answer
        assert {c["ShardId"] for c in answer["ChildShards"]} == children
    answer = kinesis.get_records(ShardIterator=at_start, Limit=1)
    assert [r["Data"] for r in answer["Records"]] == [b"a"]
    answer = kinesis.get_records(ShardIterator=at_tip)
    assert answer["Records"] == [] and {c["ShardId"] for c in answer["ChildShards"]} == children
    ended = kinesis.list_shards(StreamName=name)["Shards"][0]["SequenceNumberRange"]["EndingSequenceNumber"]
    after = iterator(kinesis, name, shard, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=ended)
    answer = kinesis.get_records(ShardIterator=after)
    assert answer["Records"] == [] and "NextShardIterator" not in answer


def test_reshards_survive_kill_9(new_server):
    server = new_server()
    kinesis = server.client("kinesis")
    kinesis.create_stream(StreamName="rides", ShardCount=2)
    wait_active(kinesis, "rides")
    sent = []
    for i, target in enumerate((4, 2, 3, 6)):
        for j in range(20):
            kinesis.put_record(StreamName="rides", Data=f"{i}-{j}".encode(), PartitionKey="k")
            sent.append(f"{i}-{j}")
        kinesis.update_shard_count(StreamName="rides", TargetShardCount=target, ScalingType="UNIFORM_SCALING")
        server.kill()
        server.start()
        kinesis = server.client("kinesis")
        assert len(open_shards(kinesis, "rides")) == target
    assert [r["Data"].decode() for r in read_lineage(kinesis, "rides")] == sent
