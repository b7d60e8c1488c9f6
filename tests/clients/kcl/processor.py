"""A record processor of the Kinesis Client Library's MultiLangDaemon: JSON lines in and out. It appends "key data" of every
record to a file of its shard's in the folder that is its argument, then checkpoints."""
import base64
import json
import os
import sys


def answer(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def checkpoint(number=None, sub_number=None):
    answer(action="checkpoint", sequenceNumber=number, subSequenceNumber=sub_number)
    told = json.loads(sys.stdin.readline())
    assert told["action"] == "checkpoint", told
    if told.get("error"):
        sys.stderr.write(f"checkpoint: {told['error']}\n")


def main():
    out = None
    for line in sys.stdin:
        message = json.loads(line)
        action = message["action"]
        if action == "initialize":
            out = open(os.path.join(sys.argv[1], f"{message['shardId']}.{os.getpid()}"), "ab", buffering=0)
        elif action == "processRecords":
            for record in message["records"]:
                out.write(f"{record['partitionKey']} {base64.b64decode(record['data']).decode()}\n".encode())
            if message["records"]:
                last = message["records"][-1]
                checkpoint(last["sequenceNumber"], last.get("subSequenceNumber"))
        elif action in ("shardEnded", "shutdownRequested"):
            checkpoint()
        answer(action="status", responseFor=action)
        if action in ("shardEnded", "leaseLost", "shutdown"):
            break


main()
