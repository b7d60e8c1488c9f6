#!/usr/bin/env python3
"""Writes the C++ of one API: structs, constant tables, the service interface, error constructors, a client.

    generate.py api/kinesis.json OUTPUT_DIRECTORY

Nothing here knows a protocol: protocols are hand-written walkers over the tables (src/wire).
"""
import json
import pathlib
import sys

from model import Model, cpp_name, enum_order, re2_pattern, snake

HEADER = "// Generated from api/{name}.json by codegen/generate.py. Not for editing.\n"
PROTOCOLS = {"smithy-rpc-v2-cbor": "Json", "json": "Json", "rest-json": "RestJson", "rest-xml": "RestXml", "query": "Query"}
LOCATIONS = {"header": "Header", "headers": "HeaderPrefix", "uri": "Uri", "querystring": "Query",
             "statusCode": "StatusCode"}
KINDS = {"structure": "Structure", "list": "List", "map": "Map", "string": "String", "character": "String",
         "blob": "Blob", "boolean": "Boolean", "integer": "Integer", "long": "Long", "float": "Float",
         "double": "Double", "timestamp": "Timestamp"}
TIME_FORMATS = {"iso8601": "Iso8601", "unixTimestamp": "UnixSeconds", "rfc822": "Rfc822"}


def quote(text):
    escaped = "".join(c if 32 <= ord(c) < 127 and c not in '"\\' else f"\\{ord(c):03o}" if ord(c) < 128
                      else "".join(f"\\{b:03o}" for b in c.encode()) for c in text)
    return f'"{escaped}"'


def names_header(model):
    """The names of all structs, for those who pass them on without looking inside."""
    out = [HEADER.format(name=model.name), "#pragma once\n", f"namespace {model.namespace} {{\n"]
    order = model.ordered_structures()
    out += [f"struct {cpp_name(name)};" for name in order]
    defined = {cpp_name(name) for name in order}
    for wanted, shape in (pair for pairs in model.io.values() for pair in pairs):
        if wanted in defined:
            continue
        if not shape:
            out.append(f"struct {wanted};")
        elif cpp_name(shape) != wanted:
            out.append(f"using {wanted} = {cpp_name(shape)};")
    out.append(f"\n}}  // namespace {model.namespace}")
    return "\n".join(out) + "\n"


def types_header(model):
    out = [HEADER.format(name=model.name), "#pragma once\n",
           "#include <cstdint>", "#include <map>", "#include <optional>", "#include <string>", "#include <vector>\n",
           '#include "base/clock.h"', f'#include "gen/{model.name}/names.h"', '#include "wire/boxed.h"',
           *(['#include "wire/rows.h"'] if model.rows else []), '#include "wire/shape.h"\n', f"namespace {model.namespace} {{\n"]
    order = model.ordered_structures()
    for name in order:
        out.append(f"struct {cpp_name(name)} {{")
        for member, field, ref in model.members(name):
            out.append(f"    {model.member_type(name, member, ref)} {field};")
        out.append("};\n")
    defined = {cpp_name(name) for name in order}
    for wanted, shape in (pair for pairs in model.io.values() for pair in pairs):
        if not shape and wanted not in defined:
            out.append(f"struct {wanted} {{}};")
    out.append(f"\n}}  // namespace {model.namespace}")
    return "\n".join(out) + "\n"


def service_header(model):
    out = [HEADER.format(name=model.name), "#pragma once\n", f'#include "gen/{model.name}/types.h"\n',
           f"namespace {model.namespace} {{\n", "const wire::ServiceModel& service_model();\n",
           "class Service : public wire::ServiceBase {", "public:",
           "    const wire::ServiceModel& model() const final { return service_model(); }\n"]
    for op in model.operations:
        out.append(f"    virtual wire::ApiResult<{op}Output> {snake(op)}(const {op}Input& input, wire::CallContext& context);")
    out += ["};\n", f"}}  // namespace {model.namespace}"]
    return "\n".join(out) + "\n"


def errors_header(model):
    out = [HEADER.format(name=model.name), "#pragma once\n", "#include <string>\n", '#include "wire/error.h"\n',
           f"namespace {model.namespace}::errors {{\n"]
    for name, code, status in model.errors():
        out.append(f"inline wire::ApiError {snake(name)}(std::string message) {{\n"
                   f"    return {{{quote(code)}, std::move(message), {status}, {{}}, {{}}}};\n}}")
    out.append(f"\n}}  // namespace {model.namespace}::errors")
    return "\n".join(out) + "\n"


def client_header(model):
    out = [HEADER.format(name=model.name), "#pragma once\n", f'#include "gen/{model.name}/names.h"',
           '#include "wire/client.h"\n', f"namespace {model.namespace} {{\n",
           "/// One method per operation; errors are what the server answered, or a local ClientError.",
           "/// Who looks into inputs and outputs includes types.h.",
           "class Client {", "public:", "    explicit Client(wire::Client& wire) : wire_(wire) {}\n"]
    out += [f"    wire::ApiResult<{op}Output> {snake(op)}(const {op}Input& input, std::string_view payload = {{}});"
            for op in model.operations]
    out += ["\nprivate:", "    wire::Client& wire_;", "};\n", f"}}  // namespace {model.namespace}"]
    return "\n".join(out) + "\n"


def client_source(model):
    out = [HEADER.format(name=model.name), f'#include "gen/{model.name}/client.h"\n',
           f'#include "gen/{model.name}/service.h"\n', f"namespace {model.namespace} {{\n"]
    for op in model.operations:
        out.append(f"wire::ApiResult<{op}Output> Client::{snake(op)}(const {op}Input& input, std::string_view payload) {{\n"
                   f"    return wire_.call<{op}Output>(service_model(), {quote(op)}, &input, payload);\n}}")
    out.append(f"\n}}  // namespace {model.namespace}")
    return "\n".join(out) + "\n"


def shape_id(name):
    return "shape_" + name


def member_entry(model, structure, name, field, ref):
    body = model.is_body(ref)
    inner = "wire::Body" if body else model.cpp_type(ref["shape"])
    boxed = (structure, name) in model.boxed
    parts = [f".name = {quote(name)}", f".wire_name = {quote(ref.get('locationName', name))}",
             f".shape = &{'body_shape' if body else shape_id(ref['shape'])}",
             f".offset = offsetof({cpp_name(structure)}, {field})",
             f".access = &{'boxed_access' if boxed else 'wire::optional_access'}<{inner}>"]
    if "location" in ref:
        parts.append(f".location = wire::Location::{LOCATIONS[ref['location']]}")
    if "timestampFormat" in ref:
        parts.append(f".timestamp_format = wire::TimestampFormat::{TIME_FORMATS[ref['timestampFormat']]}")
    if name in model.shapes[structure].get("required", []):
        parts.append(".required = true")
    if ref.get("flattened") or model.shapes[ref["shape"]].get("flattened"):
        parts.append(".flattened = true")
    if ref.get("xmlAttribute"):
        parts.append(".xml_attribute = true")
    if ref.get("idempotencyToken"):
        parts.append(".idempotency_token = true")
    return "    {" + ", ".join(parts) + "},"


def shape_entry(model, name):
    shape = model.shapes[name]
    kind = shape["type"]
    parts = [f".name = {quote(name)}", f".kind = wire::Kind::{KINDS[kind]}"]
    if kind == "structure":
        members = [name for name, _, _ in model.members(name)]
        if members:
            parts.append(f".members = members_{name}")
        if "payload" in shape and shape["payload"] in members:
            parts.append(f".payload = &members_{name}[{members.index(shape['payload'])}]")
    if kind == "list":
        inner = model.cpp_type(shape["member"]["shape"])
        parts += [f".element = &{shape_id(shape['member']['shape'])}",
                  f".element_name = {quote(shape['member'].get('locationName', 'member'))}"]
    if kind == "map":
        inner = model.cpp_type(shape["value"]["shape"])
        parts += [f".element = &{shape_id(shape['value']['shape'])}",
                  f".element_name = {quote(shape['value'].get('locationName', 'value'))}",
                  f".key_name = {quote(shape['key'].get('locationName', 'key'))}",
                  f".key = &{shape_id(shape['key']['shape'])}"]
    if shape.get("flattened"):
        parts.append(".flattened = true")
    if kind in ("list", "map"):
        access = "rows" if name in model.rows else kind
        parts.append(f".{kind} = &wire::{access}_access<{inner}>")
    for bound in ("min", "max"):
        if bound in shape and -2**63 <= shape[bound] < 2**63:
            parts.append(f".{bound} = int64_t{{{int(shape[bound])}}}")
    if "pattern" in shape:
        override = model.patterns.get(shape["pattern"])
        parts.append(f".pattern = {quote(shape['pattern'])}")
        match = override["match"] if override else shape["pattern"]
        if not override and any(mark in match for mark in ("(?!", "(?=", "(?<")):
            raise SystemExit(f"{name}: RE2 cannot take {match}; add it to codegen/overrides.json")
        parts.append(f".pattern_match = {quote(re2_pattern(match))}")
        if override and override["reject"]:
            parts.append(f".pattern_reject = {quote(re2_pattern(override['reject']))}")
    if "enum" in shape:
        parts.append(f".enum_values = enum_{name}")
    if "timestampFormat" in shape:
        parts.append(f".timestamp_format = wire::TimestampFormat::{TIME_FORMATS[shape['timestampFormat']]}")
    if shape.get("sensitive"):
        parts.append(".sensitive = true")
    if shape.get("union"):
        parts.append(".is_union = true")
    if "xmlNamespace" in shape:
        parts.append(f".xml_namespace_prefix = {quote(shape['xmlNamespace'].get('prefix', ''))}")
        parts.append(f".xml_namespace = {quote(shape['xmlNamespace']['uri'])}")
    return f"constinit const wire::Shape {shape_id(name)} = {{" + ", ".join(parts) + "};"


def operation_entry(model, name):
    op = model.operations[name]
    http = op.get("http", {})
    parts = [f".name = {quote(name)}", f".method = {quote(http.get('method', 'POST'))}",
             f".uri = {quote(http.get('requestUri', '/'))}"]
    if "locationName" in op.get("input", {}):
        parts.append(f".input_name = {quote(op['input']['locationName'])}")
    if "xmlNamespace" in op.get("input", {}):
        parts.append(f".input_namespace = {quote(op['input']['xmlNamespace']['uri'])}")
    if "resultWrapper" in op.get("output", {}):
        parts.append(f".result_wrapper = {quote(op['output']['resultWrapper'])}")
    if "shape" in op.get("output", {}):
        output = model.shapes[op["output"]["shape"]]
        parts.append(f".output_root = {quote(output.get('locationName', op['output']['shape']))}")
    parts.append(f".status = {http.get('responseCode', 200)}")
    if op.get("authtype") == "none" or op.get("auth") == ["smithy.api#noAuth"]:
        parts.append(".is_unsigned = true")
    parts.append(".is_modelled = true")
    for part in ("input", "output"):
        if part in op:
            parts.append(f".{part} = &{shape_id(op[part]['shape'])}")
        else:
            parts.append(f".{part} = &empty_shape")
    parts += [f".make_input = &wire::make_struct<{name}Input>", f".make_output = &wire::make_struct<{name}Output>",
              f".invoke = [](wire::ServiceBase& service, const void* input, wire::CallContext& context) "
              f"{{ return call<{name}Input, {name}Output, &Service::{snake(name)}>(service, input, context); }}"]
    return "    {" + ", ".join(parts) + "},"


def other_entry(name, other, required):
    http = other.get("http", {})
    parts = [f".name = {quote(name)}", f".method = {quote(http.get('method', 'POST'))}",
             f".uri = {quote(http.get('requestUri', '/'))}"]
    if required:
        parts.append(f".required_query = required_query_{name}")
    return "    {" + ", ".join(parts) + "},"


PROLOGUE = """
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace {namespace} {{
namespace {{

template <typename Input, typename Output, auto method>
wire::ApiResult<wire::AnyStruct> call(wire::ServiceBase& service, const void* input, wire::CallContext& context) {{
    auto result = (static_cast<Service&>(service).*method)(*static_cast<const Input*>(input), context);
    if (!result) return base::fail(std::move(result).error());
    return wire::AnyStruct(std::make_shared<Output>(*std::move(result)));
}}

template <typename T>
[[maybe_unused]] constexpr wire::OptionalAccess boxed_access = {{
    [](void* boxed) -> void* {{ return &static_cast<wire::Boxed<T>*>(boxed)->emplace(); }},
    [](const void* boxed) -> const void* {{
        const auto& value = *static_cast<const wire::Boxed<T>*>(boxed);
        return value ? &*value : nullptr;
    }},
}};

}}  // namespace

namespace tables {{
"""


def tables_source(model):
    """constinit throughout: g++ else fills whatever uses offsetof at start-up, in a function that takes it 10 s to compile."""
    meta = model.metadata
    shapes = [n for n, s in model.shapes.items() if not s.get("eventstream")]
    out = [HEADER.format(name=model.name), "#include <cstddef>\n", f'#include "gen/{model.name}/service.h"',
           '#include "wire/access.h"', PROLOGUE.format(namespace=model.namespace)]
    out.append("[[maybe_unused]] constinit const wire::Shape body_shape = {.name = \"Body\", .kind = wire::Kind::Body};")
    out.append("[[maybe_unused]] constinit const wire::Shape empty_shape = {.name = \"Empty\", .kind = wire::Kind::Structure};")
    out += [f"extern const wire::Shape {shape_id(name)};" for name in shapes]
    for name in shapes:
        shape = model.shapes[name]
        if "enum" in shape:
            values = ", ".join(quote(v) for v in enum_order(shape["enum"]))
            out.append(f"constinit const std::string_view enum_{name}[] = {{{values}}};")
        members = list(model.members(name)) if shape["type"] == "structure" else []
        if members:
            out.append(f"constinit const wire::Member members_{name}[] = {{")
            out += [member_entry(model, name, member, field, ref) for member, field, ref in members]
            out.append("};")
        out.append(shape_entry(model, name))
    others = model.document["otherOperations"]
    required = {n: o.get("requiredQuery", []) for n, o in others.items()}
    for name, op in model.operations.items():
        shape = model.shapes.get(op.get("input", {}).get("shape"), {})
        required[name] = [r.get("locationName", m) for m, r in shape.get("members", {}).items()
                          if r.get("location") == "querystring" and m in shape.get("required", [])]
    for name, names in required.items():
        if names:
            out.append(f"constinit const std::string_view required_query_{name}[] = {{{', '.join(quote(n) for n in names)}}};")
    out.append("constinit const wire::Operation operations[] = {")
    for name in model.operations:
        entry = operation_entry(model, name)
        if required[name]:
            entry = entry[:-2] + f", .required_query = required_query_{name}}},"
        out.append(entry)
    out += [other_entry(name, other, required[name]) for name, other in others.items()]
    out.append("};\n")
    compatible = "awsQueryCompatible" in meta
    if compatible:
        out.append("constinit const wire::ErrorName error_names[] = {")
        out += [f"    {{{quote(code)}, {quote(name)}}}," for name, code, _ in model.errors() if code != name]
        out.append("};\n")
    out += ["constinit const wire::ServiceModel model = {", f"    .name = {quote(model.name)},",
            f"    .signing_name = {quote(meta.get('signingName', meta['endpointPrefix']))},",
            f"    .endpoint_prefix = {quote(meta['endpointPrefix'])},",
            f"    .target_prefix = {quote(meta.get('targetPrefix', ''))},",
            f"    .json_version = {quote(meta.get('jsonVersion', ''))},",
            f"    .api_version = {quote(meta['apiVersion'])},",
            f"    .xml_namespace = {quote(xml_namespace(meta))},",
            f"    .source = {quote(model.document['source'])},",
            f"    .protocol = wire::Protocol::{PROTOCOLS[meta['protocol']]},"]
    if compatible and "query" in meta.get("protocols", []):
        out.append("    .speaks_query = true,")
    if "smithy-rpc-v2-cbor" in meta.get("protocols", []):
        out.append("    .speaks_rpc_cbor = true,")
    if compatible:
        out.append("    .error_names = error_names,")
    out += ["    .operations = operations,", "};\n", "}  // namespace tables\n",
            "const wire::ServiceModel& service_model() { return tables::model; }\n"]
    for op in model.operations:
        out.append(f"wire::ApiResult<{op}Output> Service::{snake(op)}(const {op}Input&, wire::CallContext&) {{\n"
                   f"    return base::fail(wire::unknown_operation(service_model(), {quote(op)}));\n}}")
    out.append(f"\n}}  // namespace {model.namespace}")
    return "\n".join(out) + "\n"


def xml_namespace(meta):
    if "xmlNamespace" in meta:
        value = meta["xmlNamespace"]
        return value["uri"] if isinstance(value, dict) else value
    return "http://s3.amazonaws.com/doc/2006-03-01/" if meta["protocol"] == "rest-xml" else ""


def main():
    source, target = sys.argv[1], pathlib.Path(sys.argv[2])
    overrides = json.loads((pathlib.Path(__file__).parent / "overrides.json").read_text())
    model = Model(source, overrides)
    target.mkdir(parents=True, exist_ok=True)
    files = {"names.h": names_header(model), "types.h": types_header(model), "service.h": service_header(model), "errors.h": errors_header(model),
             "client.h": client_header(model), "client.cc": client_source(model), "tables.cc": tables_source(model)}
    for name, text in files.items():
        (target / name).write_text(text)


if __name__ == "__main__":
    main()
