"""botocore as the opposite side of every codec, for every operation in api/, with generated inputs.

botocore serialises and we decode; we encode and botocore parses. Seeds are printed by pytest's parameters.
"""
import base64
import json
import os
import pathlib
import subprocess

import botocore.parsers
import pytest

from generators import Generator
from models import request_of, service_model, spoken_operations

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("WIRE_PROBE", ROOT / "build/release/tests/wire_probe"))
ROUNDS = int(os.environ.get("CODEC_ROUNDS", "6"))


class Probe:
    def __init__(self):
        self.process = subprocess.Popen([PROBE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def probe():
    result = Probe()
    yield result
    result.process.stdin.close()
    assert result.process.wait(10) == 0


def plain(shape, value):
    """The value as wire_probe prints it."""
    kind = shape.type_name
    if kind == "structure":
        return {name: plain(shape.members[name], item) for name, item in value.items()
                if name in shape.members and item is not None}
    if kind == "list":
        return [plain(shape.member, item) for item in value]
    if kind == "map":
        return {key: plain(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        data = value.read() if hasattr(value, "read") else value
        return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()
    if kind == "timestamp":
        return round(value.timestamp() * 1000)
    return value


def as_line(request):
    return {**request, "headers": list(map(list, request["headers"])), "body": base64.b64encode(request["body"]).decode()}


@pytest.mark.parametrize("service, name, protocol", list(spoken_operations()))
def test_what_botocore_sends_is_decoded(probe, service, name, protocol):
    model = service_model(service)
    operation = model.operation_model(name)
    for seed in range(ROUNDS):
        shape = operation.input_shape
        params = Generator(f"{service}{name}{seed}").structure(shape, 0) if shape else {}
        body_members = {m for m, s in (shape.members.items() if shape else ()) if s.serialization.get("streaming")}
        answer = probe.ask(do="decode", scope=model.signing_name, **as_line(request_of(model, operation, params, protocol)))
        assert answer.get("operation") == name, (params, answer)
        expected = plain(shape, {k: v for k, v in params.items() if k not in body_members}) if shape else {}
        assert answer["input"] == expected, f"seed {seed}"


@pytest.mark.parametrize("service, name, protocol", list(spoken_operations()))
def test_what_we_send_is_parsed_by_botocore(probe, service, name, protocol):
    model = service_model(service)
    operation = model.operation_model(name)
    shape = operation.output_shape
    if shape is not None and shape.event_stream_name:
        pytest.skip("an event stream has its own framing")
    parser = botocore.parsers.create_parser(protocol)
    for seed in range(ROUNDS):
        value = Generator(f"out{service}{name}{seed}").structure(shape, 0) if shape else {}
        status_members = {m for m, s in (shape.members.items() if shape else ()) if s.serialization.get("location") == "statusCode"}
        for member in status_members:
            value[member] = 200
        answer = probe.ask(do="encode", service=service, operation=name, encoding=protocol,
                           output=plain(shape, value) if shape else {})
        body = base64.b64decode(answer["body"])
        has_stream = shape is not None and any(s.serialization.get("streaming") for s in shape.members.values())
        response = {"status_code": answer["status"], "headers": botocore.awsrequest.HeadersDict(answer["headers"]),
                    "body": body, "context": {}}
        if has_stream:
            response["body"] = body
        parsed = parser.parse(response, shape)
        parsed.pop("ResponseMetadata", None)
        if shape is None:
            continue
        if name == "GetBucketLocation":  # botocore reads this one with a handler of its own
            assert value.get("LocationConstraint", "") in body.decode()
            continue
        assert plain(shape, drop_empty(shape, parsed)) == plain(shape, drop_empty(shape, value)), f"seed {seed}"


def drop_empty(shape, value):
    """Query and XML cannot tell an absent list from an empty one, nor HTTP an absent payload."""
    if shape.type_name != "structure":
        return value
    return {k: v for k, v in value.items() if v not in (None, [], {}, "", b"")}


def test_every_pattern_of_the_models_compiles(probe):
    answer = probe.ask(do="patterns")
    assert answer["bad"] == []
    assert answer["shapes"] > 1000
