#!/usr/bin/env python3
"""Imports AWS's service descriptions from an installed botocore into api/.

Keeps facts (names, types, order, required, lengths, ranges, patterns, enums, HTTP bindings, errors) and drops
every sentence of documentation. Run by hand when the API moves on; building needs neither botocore nor a network.

    python3 tools/import_model.py            # every service of tools/api_operations.json
    python3 tools/import_model.py kinesis    # one
"""
import gzip
import json
import pathlib
import sys

import botocore

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(botocore.__file__).parent / "data"

METADATA = ["apiVersion", "endpointPrefix", "globalEndpoint", "jsonVersion", "protocol", "protocols", "serviceId",
            "signatureVersion", "signingName", "targetPrefix", "xmlNamespace", "awsQueryCompatible"]
OPERATION = ["name", "http", "errors", "authtype", "auth", "unsignedPayload", "httpChecksum", "httpChecksumRequired",
             "idempotent"]
SHAPE = ["type", "required", "members", "member", "key", "value", "min", "max", "pattern", "enum", "sensitive",
         "flattened", "payload", "streaming", "timestampFormat", "exception", "fault", "error", "locationName",
         "xmlNamespace", "wrapper", "eventstream", "event", "union", "requiresLength"]
REFERENCE = ["shape", "location", "locationName", "flattened", "xmlAttribute", "xmlNamespace", "streaming",
             "timestampFormat", "idempotencyToken", "queryName", "jsonvalue", "hostLabel", "eventpayload", "box"]


def load(service):
    version = sorted(p.name for p in (DATA / service).iterdir())[-1]
    for name in ("service-2.json", "service-2.json.gz"):
        path = DATA / service / version / name
        if path.exists():
            raw = path.read_bytes()
            return version, json.loads(gzip.decompress(raw) if name.endswith("gz") else raw)
    raise SystemExit(f"{service}: no model in botocore")


def keep(source, names):
    return {name: source[name] for name in names if name in source}


def trim_shape(shape):
    result = keep(shape, SHAPE)
    for name in ("member", "key", "value"):
        if name in result:
            result[name] = keep(result[name], REFERENCE)
    if "members" in result:
        result["members"] = {name: keep(ref, REFERENCE) for name, ref in result["members"].items()}
    return result


def trim_operation(operation):
    result = keep(operation, OPERATION)
    if "httpChecksum" in result:
        result["httpChecksum"] = {k: v for k, v in result["httpChecksum"].items()}
    for name in ("input", "output"):
        if name in operation:
            result[name] = keep(operation[name], ["shape", "locationName", "resultWrapper", "xmlNamespace", "payload"])
    if "errors" in result:
        result["errors"] = [error["shape"] for error in result["errors"]]
    return result


def references(shape):
    for name in ("member", "key", "value"):
        if name in shape:
            yield shape[name]["shape"]
    for ref in shape.get("members", {}).values():
        yield ref["shape"]


def reachable(model, roots):
    seen, stack = set(), list(roots)
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack.extend(references(model["shapes"][name]))
    return seen


def import_service(service, allowed):
    version, model = load(service)
    names = list(model["operations"]) if allowed == "*" else allowed
    operations = {name: trim_operation(model["operations"][name]) for name in sorted(names)}
    roots = [op[part]["shape"] for op in operations.values() for part in ("input", "output") if part in op]
    roots += [error for op in operations.values() for error in op.get("errors", [])]
    # Some errors are declared but named by no operation (common errors, S3's).
    roots += [name for name, shape in model["shapes"].items() if shape.get("exception") and allowed == "*"]
    shapes = {name: trim_shape(model["shapes"][name]) for name in sorted(reachable(model, roots))}
    rest = model["metadata"]["protocol"].startswith("rest")
    others = {name: ({"http": op["http"]} if rest else {})
              for name, op in sorted(model["operations"].items()) if name not in operations}
    if rest:
        for name, other in others.items():
            shape = model["shapes"].get(model["operations"][name].get("input", {}).get("shape"), {})
            required = shape.get("required", [])
            other["requiredQuery"] = [ref["locationName"] for member, ref in shape.get("members", {}).items()
                                      if ref.get("location") == "querystring" and member in required]
    document = {
        "source": f"botocore {botocore.__version__} {service}/{version}",
        "metadata": keep(model["metadata"], METADATA),
        "operations": operations,
        "otherOperations": others,
        "shapes": shapes,
    }
    target = ROOT / "api" / f"{service.replace('-', '')}.json"
    target.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
    print(f"{target.relative_to(ROOT)}: {len(operations)} operations, {len(shapes)} shapes, {target.stat().st_size // 1024} KB")


def main():
    table = json.loads((ROOT / "tools" / "api_operations.json").read_text())
    for service in sys.argv[1:] or table:
        import_service(service, table[service])


if __name__ == "__main__":
    main()
