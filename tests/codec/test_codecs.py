"""botocore as the opposite side of every codec, for every operation in api/, with generated inputs.

botocore serialises and we decode; we encode and botocore parses. Seeds are printed by pytest's parameters.
"""
import base64
import datetime
import json
import os
import pathlib
import random
import subprocess
import urllib.parse

import botocore.parsers
import botocore.serialize
import botocore.session
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("WIRE_PROBE", ROOT / "build/dev/tests/wire_probe"))
ROUNDS = int(os.environ.get("CODEC_ROUNDS", "6"))
SERVICES = {"cognito-identity": "cognitoidentity"}
SESSION = botocore.session.get_session()
# S3 keeps Expires as text; botocore's own output model says so beside the timestamp.
EXPIRES = {"Expires", "ExpiresString"}


def api_services():
    return sorted(path.stem for path in (ROOT / "api").glob("*.json"))


def botocore_name(service):
    return {v: k for k, v in SERVICES.items()}.get(service, service)


def operations():
    for service in api_services():
        document = json.loads((ROOT / "api" / f"{service}.json").read_text())
        for name in document["operations"]:
            yield pytest.param(service, name, id=f"{service}-{name}")


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


class Generator:
    """Random values for a botocore shape; None where a shape cannot be sent (event streams)."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def value(self, shape, depth=0):
        kind = shape.type_name
        if kind == "structure":
            if getattr(shape, "is_eventstream", False) or depth > 5:
                return None
            # Query has no words for an empty structure.
            return self.structure(shape, depth) or None
        if kind == "list":
            items = [self.value(shape.member, depth + 1) for _ in range(self.random.randint(1, 3))]
            return [item for item in items if item is not None] or None
        if kind == "map":
            items = {f"key{i}": self.value(shape.value, depth + 1) for i in range(self.random.randint(1, 2))}
            return {k: v for k, v in items.items() if v is not None} or None
        return self.scalar(kind, shape)

    def structure(self, shape, depth):
        members = list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):
            members = [self.random.choice(members)]
        result = {}
        for name, member in members:
            # Members inside the path must be there; everything else comes and goes.
            needed = name in shape.required_members or member.serialization.get("location") == "uri"
            if not needed and self.random.random() < 0.4:
                continue
            if name in EXPIRES:
                continue
            value = self.value(member, depth + 1)
            if value is not None:
                result[name] = value
        return result

    def scalar(self, kind, shape):
        if kind in ("string", "character"):
            if shape.enum:
                return self.random.choice(shape.enum)
            alphabet = "abcXYZ019-_."
            if shape.serialization.get("location") in (None, "querystring"):
                alphabet += " <&>\"'/\u00e9\u4e16\U0001f984"
            return "x" + "".join(self.random.choice(alphabet) for _ in range(self.random.randint(0, 12))).strip() + "y"
        if kind == "blob":
            # botocore decodes a streamed payload as text before it compares.
            return bytes(self.random.randint(32, 126) for _ in range(self.random.randint(1, 20)))
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "integer":
            return self.random.randint(-2**31, 2**31 - 1)
        if kind == "long":
            return self.random.randint(-2**53, 2**53)
        if kind in ("float", "double"):
            return self.random.choice([0.5, -3.25, 1e-9, 12345.678])
        if kind == "timestamp":
            return datetime.datetime.fromtimestamp(self.random.randint(0, 2**31), datetime.timezone.utc)
        raise AssertionError(kind)


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


def wire_request(model, params):
    serializer = botocore.serialize.create_serializer(model.metadata["protocol"], include_validation=False)
    return serializer, params


def flatten_headers(headers):
    return [[str(name), value.decode() if isinstance(value, bytes) else str(value)] for name, value in headers.items()]


def request_of(service_model, operation, params):
    serializer = botocore.serialize.create_serializer(service_model.resolved_protocol, include_validation=False)
    request = serializer.serialize_to_request(params, operation)
    path, query = request["url_path"], request["query_string"]
    if query:
        pairs = query.items() if isinstance(query, dict) else query
        flat = [(k, v) for k, vs in pairs for v in (vs if isinstance(vs, list) else [vs])]
        path += ("&" if "?" in path else "?") + urllib.parse.urlencode(flat, quote_via=urllib.parse.quote)
    body = request["body"]
    if isinstance(body, dict):
        body = urllib.parse.urlencode(body)
    body = body.encode() if isinstance(body, str) else body or b""
    body = body.read() if hasattr(body, "read") else body
    headers = flatten_headers(request["headers"])
    names = {name.lower() for name, _ in headers}
    if service_model.resolved_protocol == "query" and "content-type" not in names:
        headers.append(["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"])
    return {"method": request["method"], "target": path, "headers": headers, "body": base64.b64encode(bytes(body)).decode()}


def streaming_members(shape):
    return {name for name, member in (shape.members.items() if shape else ())
            if member.serialization.get("streaming") or member.type_name == "blob" and shape.serialization.get("payload") == name
            and member.serialization.get("streaming")}


@pytest.mark.parametrize("service, name", list(operations()))
def test_what_botocore_sends_is_decoded(probe, service, name):
    model = SESSION.get_service_model(botocore_name(service))
    operation = model.operation_model(name)
    for seed in range(ROUNDS):
        shape = operation.input_shape
        params = Generator(f"{service}{name}{seed}").structure(shape, 0) if shape else {}
        body_members = {m for m, s in (shape.members.items() if shape else ()) if s.serialization.get("streaming")}
        answer = probe.ask(do="decode", scope=model.signing_name, **request_of(model, operation, params))
        assert answer.get("operation") == name, (params, answer)
        expected = plain(shape, {k: v for k, v in params.items() if k not in body_members}) if shape else {}
        assert answer["input"] == expected, f"seed {seed}"


@pytest.mark.parametrize("service, name", list(operations()))
def test_what_we_send_is_parsed_by_botocore(probe, service, name):
    model = SESSION.get_service_model(botocore_name(service))
    operation = model.operation_model(name)
    shape = operation.output_shape
    if shape is not None and shape.event_stream_name:
        pytest.skip("an event stream has its own framing")
    parser = botocore.parsers.create_parser(model.resolved_protocol)
    for seed in range(ROUNDS):
        value = Generator(f"out{service}{name}{seed}").structure(shape, 0) if shape else {}
        status_members = {m for m, s in (shape.members.items() if shape else ()) if s.serialization.get("location") == "statusCode"}
        for member in status_members:
            value[member] = 200
        answer = probe.ask(do="encode", service=service, operation=name, encoding=model.resolved_protocol,
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
