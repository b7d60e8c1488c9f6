"""A consumer of a stream as the Kinesis Client Library is one: leases and checkpoints in DynamoDB.

A lease belongs to a shard. Its owner counts it up; who sees a counter stand still for the failover time takes the lease,
and who has less than its share steals one from who has most. Every change is conditional on the counter that was seen.
Records are handed on first and checkpointed afterwards; a shard is begun when its parents have been read to their end.
"""
import math
import threading
import time

import botocore.exceptions

TABLE = "rides-leases"
FAILOVER_SECONDS = 2.0
SHARD_END, HORIZON = "SHARD_END", "TRIM_HORIZON"
RECORDS_PER_READ = 25


class Calls:
    """Calls that outlive the server: each is made again until a server answers it."""

    def __init__(self, server, stopped):
        self.server, self.stopped = server, stopped
        self.clients = {}

    def __call__(self, service, operation, **arguments):
        deadline = time.monotonic() + 30
        while True:
            endpoint = self.server.endpoint
            client = self.clients.get((service, endpoint)) or self.server.client(service, endpoint_url=endpoint)
            self.clients[(service, endpoint)] = client
            try:
                return getattr(client, operation)(**arguments)
            except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError):
                if self.stopped.is_set() or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def make_table(call):
    call("dynamodb", "create_table", TableName=TABLE, BillingMode="PAY_PER_REQUEST",
         KeySchema=[{"AttributeName": "leaseKey", "KeyType": "HASH"}],
         AttributeDefinitions=[{"AttributeName": "leaseKey", "AttributeType": "S"}])
    while call("dynamodb", "describe_table", TableName=TABLE)["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.05)


class Lease:
    def __init__(self, item):
        self.shard = item["leaseKey"]["S"]
        self.owner = item.get("leaseOwner", {}).get("S")
        self.counter = int(item["leaseCounter"]["N"])
        self.checkpoint = item["checkpoint"]["S"]
        self.parents = item.get("parentShardId", {}).get("SS", [])


class Worker(threading.Thread):
    """`process(worker, shard, records)` gets records in order; `shards` are those it holds at the moment."""

    def __init__(self, name, server, stream, process):
        super().__init__(name=name, daemon=True)
        self.stream, self.process = stream, process
        self.stopped = threading.Event()
        self.paused = threading.Event()  # holds its leases and reads nothing
        self.call = Calls(server, self.stopped)
        self.seen = {}       # shard -> (counter, when it was first seen)
        self.held = {}       # shard -> Lease
        self.iterators = {}  # shard -> iterator
        self.idle = set()    # shards that were read to their tip
        self.stolen = 0
        self.failure = None

    @property
    def shards(self):
        return sorted(self.held)

    def stop(self):
        """As a process that dies: its leases stay as they are."""
        self.stopped.set()
        self.join(40)

    def run(self):
        try:
            while not self.stopped.is_set():
                leases = self.leases()
                self.sync_shards(leases)
                self.renew()
                self.take(leases)
                finished = {lease.shard for lease in leases.values() if lease.checkpoint == SHARD_END}
                for lease in [] if self.paused.is_set() else list(self.held.values()):
                    if lease.checkpoint != SHARD_END and finished.issuperset(set(lease.parents) & set(leases)):
                        self.read(lease)
                self.stopped.wait(0.05)
        except Exception as error:  # shown by the test that looks at the worker
            if not self.stopped.is_set():
                self.failure = error

    def leases(self):
        items, more = [], {}
        while True:
            page = self.call("dynamodb", "scan", TableName=TABLE, ConsistentRead=True, **more)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return {item["leaseKey"]["S"]: Lease(item) for item in items}
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def sync_shards(self, leases):
        for shard in self.call("kinesis", "list_shards", StreamName=self.stream)["Shards"]:
            if shard["ShardId"] in leases:
                continue
            item = {"leaseKey": {"S": shard["ShardId"]}, "leaseCounter": {"N": "0"}, "checkpoint": {"S": HORIZON}}
            parents = [shard[name] for name in ("ParentShardId", "AdjacentParentShardId") if name in shard]
            if parents:
                item["parentShardId"] = {"SS": parents}
            try:
                self.call("dynamodb", "put_item", TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(leaseKey)")
            except botocore.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "ConditionalCheckFailedException", error

    def change(self, lease, expression, values):
        """Counts the lease up and changes it, if nobody has since it was seen; whether that came true."""
        try:
            self.call("dynamodb", "update_item", TableName=TABLE, Key={"leaseKey": {"S": lease.shard}},
                      UpdateExpression=f"SET leaseCounter = :next, leaseOwner = :me{expression}",
                      ConditionExpression="leaseCounter = :seen",
                      ExpressionAttributeValues={":next": {"N": str(lease.counter + 1)}, ":seen": {"N": str(lease.counter)},
                                                 ":me": {"S": self.name}, **values})
        except botocore.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "ConditionalCheckFailedException", error
            return False
        lease.counter, lease.owner = lease.counter + 1, self.name
        return True

    def renew(self):
        for lease in list(self.held.values()):
            if lease.checkpoint == SHARD_END or not self.change(lease, "", {}):
                self.drop(lease)

    def drop(self, lease):
        self.held.pop(lease.shard, None)
        self.iterators.pop(lease.shard, None)
        self.idle.discard(lease.shard)

    def take(self, leases):
        now = time.monotonic()
        open_leases = [lease for lease in leases.values() if lease.checkpoint != SHARD_END]
        for lease in open_leases:
            if self.seen.get(lease.shard, (None,))[0] != lease.counter:
                self.seen[lease.shard] = (lease.counter, now)
        free = [lease for lease in open_leases if lease.shard not in self.held and
                (lease.owner is None or now - self.seen[lease.shard][1] > FAILOVER_SECONDS)]
        alive = [lease for lease in open_leases if lease not in free]
        loads = {self.name: len(self.held)}
        for lease in alive:
            if lease.owner != self.name:
                loads[lease.owner] = loads.get(lease.owner, 0) + 1
        share = math.ceil(len(open_leases) / len(loads))
        for lease in free[:max(0, share - len(self.held))]:
            if self.change(lease, "", {}):
                self.held[lease.shard] = lease
        most = max(loads, key=loads.get)
        if not free and len(self.held) < share and loads[most] > share:
            victim = next(lease for lease in alive if lease.owner == most)
            if self.change(victim, "", {}):
                self.stolen += 1
                self.held[victim.shard] = victim

    def read(self, lease):
        if lease.shard not in self.iterators:
            place = {"ShardIteratorType": HORIZON}
            if lease.checkpoint != HORIZON:
                place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": lease.checkpoint}
            self.iterators[lease.shard] = self.call("kinesis", "get_shard_iterator", StreamName=self.stream,
                                                    ShardId=lease.shard, **place)["ShardIterator"]
        answer = self.call("kinesis", "get_records", ShardIterator=self.iterators[lease.shard], Limit=RECORDS_PER_READ)
        records = answer["Records"]
        if records:
            self.process(self, lease.shard, records)
        checkpoint = records[-1]["SequenceNumber"] if records else lease.checkpoint
        if "NextShardIterator" not in answer:
            checkpoint = SHARD_END
        elif not records:
            self.idle.add(lease.shard)
        if checkpoint != lease.checkpoint:
            if not self.change(lease, ", checkpoint = :checkpoint", {":checkpoint": {"S": checkpoint}}):
                self.drop(lease)
                return
            lease.checkpoint = checkpoint
        self.iterators[lease.shard] = answer.get("NextShardIterator")
