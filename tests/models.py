"""The operations in api/, botocore's models of them, and requests as botocore writes them."""
import functools
import json
import pathlib
import urllib.parse

import botocore.serialize
import botocore.session
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
BOTOCORE_NAMES = {"cognitoidentity": "cognito-identity"}
SESSION = botocore.session.get_session()


def operations():
    """A pytest parameter (service, operation) for every operation in api/."""
    for path in sorted((ROOT / "api").glob("*.json")):
        for name in json.loads(path.read_text())["operations"]:
            yield pytest.param(path.stem, name, id=f"{path.stem}-{name}")


def spoken_operations():
    """The same with each protocol that the service speaks: (service, operation, protocol)."""
    for path in sorted((ROOT / "api").glob("*.json")):
        document = json.loads(path.read_text())
        first = service_model(path.stem).resolved_protocol
        others = [p for p in document["metadata"].get("protocols", ()) if p != first]
        for name in document["operations"]:
            yield pytest.param(path.stem, name, first, id=f"{path.stem}-{name}")
            for protocol in others:
                yield pytest.param(path.stem, name, protocol, id=f"{path.stem}-{name}-{protocol}")


def botocore_name(service):
    return BOTOCORE_NAMES.get(service, service)


@functools.cache
def service_model(service):
    return SESSION.get_service_model(botocore_name(service))


def request_of(model, operation, params, protocol=None):
    """{"method", "target", "headers": [(name, value)], "body": bytes}, unsigned."""
    protocol = protocol or model.resolved_protocol
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
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
    headers = [(str(name), value.decode() if isinstance(value, bytes) else str(value))
               for name, value in request["headers"].items()]
    if protocol == "query" and "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"))
    return {"method": request["method"], "target": path, "headers": headers, "body": bytes(body)}
