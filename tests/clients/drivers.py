"""The AWS clients that the same scenario is run with. Each has call(operation, **input) -> output, or raises Refused.

Blobs are bytes and times are seconds since 1970, whatever the client makes of them.
"""
import base64
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess

import botocore.exceptions
import botocore.session

import cbor

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "clients"
MODEL = botocore.session.get_session().get_service_model("kinesis")


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


def first_records(events):
    """Events up to the first that carries records."""
    found = []
    for event in events:
        found.append(event)
        if event.get("SubscribeToShardEvent", {}).get("Records"):
            break
    return found


def neutral(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {key: neutral(item) for key, item in value.items()}
    if isinstance(value, list):
        return [neutral(item) for item in value]
    return value


class Boto3:
    operations = set(MODEL.operation_names)

    def __init__(self, server):
        self.client = server.client("kinesis")

    def call(self, operation, **arguments):
        try:
            answer = self.client._make_api_call(operation, arguments)
        except botocore.exceptions.ClientError as error:
            raise Refused(error.response["Error"]["Code"], error.response["Error"]["Message"]) from error
        answer.pop("ResponseMetadata")
        if "EventStream" in answer:
            stream = answer["EventStream"]
            try:
                answer["EventStream"] = first_records(stream)
            finally:
                stream.close()
        return neutral(answer)

    def close(self):
        pass


class Boto3Cbor(Boto3):
    """The same in CBOR, as the Java SDKs put it on the wire."""

    def __init__(self, server):
        super().__init__(server)
        cbor.speak(self.client)


class Cli:
    """The AWS CLI; it has every operation but SubscribeToShard."""
    operations = set(MODEL.operation_names) - {"SubscribeToShard"}

    def __init__(self, server):
        self.environment = server.environment()

    def call(self, operation, **arguments):
        command = re.sub(r"(?<!^)(?=[A-Z])", "-", operation).lower()
        text = json.dumps(arguments, default=lambda blob: blob.decode())
        ended = subprocess.run(["aws", "kinesis", command, "--output", "json", "--cli-input-json", text, "--no-paginate"],
                               env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        if ended.returncode != 0:
            refusal = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (.*)", ended.stderr)
            assert refusal, ended.stderr
            raise Refused(*refusal.groups())
        return self.decode(MODEL.operation_model(operation).output_shape, json.loads(ended.stdout or "{}"))

    def decode(self, shape, value):
        """What the CLI prints, with its texts for blobs and times turned back."""
        if shape is None:
            return {}
        if shape.type_name == "structure":
            return {name: self.decode(shape.members[name], item) for name, item in value.items()}
        if shape.type_name == "list":
            return [self.decode(shape.member, item) for item in value]
        if shape.type_name == "blob":
            return base64.b64decode(value)
        if shape.type_name == "timestamp" and isinstance(value, str):
            return datetime.datetime.fromisoformat(value).timestamp()
        return value

    def close(self):
        pass


class Lines:
    """A client in another language: JSON requests in, one a line, JSON answers out."""
    operations = set(MODEL.operation_names)

    def __init__(self, server, command, folder):
        self.process = subprocess.Popen(command, cwd=folder, env=server.environment(), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def call(self, operation, **arguments):
        shape = MODEL.operation_model(operation).input_shape
        request = {"operation": operation, "input": self.encode(shape, arguments) if shape else {}}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline(), object_hook=self.revive)
        if "error" in answer:
            raise Refused(answer["error"], answer.get("message", ""))
        return answer.get("output") or {}

    def encode(self, shape, value):
        if shape.type_name == "structure":
            return {name: self.encode(shape.members[name], item) for name, item in value.items()}
        if shape.type_name == "list":
            return [self.encode(shape.member, item) for item in value]
        if shape.type_name == "blob":
            return {"$blob": base64.b64encode(value).decode()}
        if shape.type_name == "timestamp":
            return {"$time": value}
        return value

    @staticmethod
    def revive(item):
        if "$blob" in item:
            return base64.b64decode(item["$blob"])
        return item.get("$time", item)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(10) == 0


def javascript(server):
    folder = BUILD / "javascript"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "kinesis.mjs"):
        shutil.copy2(HERE / name, folder / name)
    lock, installed = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300)
    return Lines(server, ["node", "kinesis.mjs"], folder)


def go(server):
    program = BUILD / "go" / "kinesis"
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "go", check=True, timeout=600, env=dict(os.environ, CGO_ENABLED="0"))
    return Lines(server, [program], HERE / "go")


# WR_CLIENTS names the clients of a run; Go's needs a Go compiler and its module proxy. An unknown name is an error.
ALL = {"boto3": Boto3, "boto3-cbor": Boto3Cbor, "cli": Cli, "javascript": javascript, "go": go}
DRIVERS = {name: ALL[name] for name in os.environ.get("WR_CLIENTS", "boto3,boto3-cbor,cli,javascript").split(",")}
