#!/usr/bin/env python3
"""Writes the console's types from console.json: a C++ header and source, or a TypeScript module.

    generate.py cc OUT.h OUT.cc
    generate.py ts OUT.ts
"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
CC_SCALARS = {"text": "std::string", "number": "double", "count": "int64_t", "flag": "bool",
              "cell": "std::optional<std::string>"}
TS_SCALARS = {"text": "string", "number": "number", "count": "number", "flag": "boolean",
              "cell": "string | null"}
CC_DEFAULTS = {"number": " = 0", "count": " = 0", "flag": " = false"}
CC_BINARY = {"u16": "uint16_t", "i16": "int16_t", "u32": "uint32_t", "i32": "int32_t", "f64": "double"}
SIZES = {"u16": 2, "i16": 2, "u32": 4, "i32": 4, "f64": 8}
JSON_READERS = {"text": "as_string()", "number": "as_double()", "count": "as_int()", "flag": "as_bool()"}


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal(text):
    return "".join(part.capitalize() for part in text.split("-"))


class Type:
    """`AlertRule[]|null`, taken apart."""

    def __init__(self, text):
        self.nullable = text.endswith("|null")
        text = text.removesuffix("|null")
        self.depth = text.count("[]")
        self.base = text.replace("[]", "")

    def cc(self):
        out = CC_SCALARS.get(self.base, self.base)
        for _ in range(self.depth):
            out = f"std::vector<{out}>"
        return f"std::optional<{out}>" if self.nullable else out

    def ts(self):
        out = TS_SCALARS.get(self.base, self.base)
        if self.depth and " " in out:
            out = f"({out})"
        return out + "[]" * self.depth + (" | null" if self.nullable else "")


def fields_of(spec):
    return [(name, Type(kind), note[0] if note else "") for name, kind, *note in spec["fields"]]


def cc_struct(name, spec):
    out = [f"struct {name} {{"]
    for field, kind, note in fields_of(spec):
        default = "" if kind.depth or kind.nullable else CC_DEFAULTS.get(kind.base, "")
        if default == "" and not kind.depth and not kind.nullable and kind.base not in CC_SCALARS:
            default = "{}"
        out.append(f"    {kind.cc()} {snake(field)}{default};" + (f"  ///< {note}" if note else ""))
    return out + ["};", f"base::Json to_json(const {name}& value);"] + (
        [f"base::Result<{name}> parse_{snake(name)}(const base::Json& json);"] if spec.get("readable") else [])


def cc_enum(name, values):
    return [f"enum class {name} {{ {', '.join(pascal(v) for v in values)} }};",
            f"std::string_view to_text({name} value);",
            f"std::optional<{name}> parse_{snake(name)}(std::string_view text);"]


def cc_frame(name, spec):
    out = [f"/// {spec['about']}", f"struct {name} {{"]
    for key, value in spec.get("constants", {}).items():
        out.append(f"    static constexpr int64_t {snake(key)}_value = {value};")
    out.append(f"    static constexpr size_t size_bytes = {sum(SIZES[kind] for _, kind, *_ in spec['fields'])};")
    for field, kind, *note in spec["fields"]:
        out.append(f"    {CC_BINARY[kind]} {snake(field)} = 0;" + (f"  ///< {note[0]}" if note else ""))
    return out + ["    void append_to(std::string& out) const;", "};"]


def mark_readable(types):
    """Inputs and what they hold can be parsed."""
    for spec in types.values():
        if not spec.get("in"):
            continue
        spec["readable"] = True
        for _, kind, _ in fields_of(spec):
            if "fields" in types.get(kind.base, {}):
                types[kind.base]["readable"] = True


def cc_source(types, frames, header):
    out = ["// Generated from console.json.", f'#include "{header}"', "", "#include <bit>", "#include <cstring>", "",
           "namespace wr::console::api {", "namespace {", "",
           "static_assert(std::endian::native == std::endian::little);", "",
           "template <typename T>", "base::Json json_of(const T& value) {",
           "    if constexpr (requires { to_json(value); }) {", "        return to_json(value);",
           "    } else if constexpr (requires { to_text(value); }) {", "        return to_text(value);",
           "    } else {", "        return base::Json(value);", "    }", "}",
           "template <typename T>", "base::Json json_of(const std::vector<T>& values);",
           "template <typename T>", "base::Json json_of(const std::optional<T>& value) {",
           "    return value ? json_of(*value) : base::Json();", "}",
           "template <typename T>", "base::Json json_of(const std::vector<T>& values) {",
           "    base::Json list{base::Json::Array{}};",
           "    for (const auto& each : values) list.push(json_of(each));", "    return list;", "}", "",
           "template <typename T>", "void append_raw(std::string& out, T value) {",
           "    char bytes[sizeof(T)];", "    std::memcpy(bytes, &value, sizeof(T));",
           "    out.append(bytes, sizeof(T));", "}", "",
           "base::Failure<base::Error> bad(const char* field) {",
           "    return base::fail(base::ErrorCode::InvalidArgument, std::string(\"bad or missing \") + field);",
           "}", "", "}  // namespace", ""]
    for name, spec in types.items():
        if "enum" in spec:
            out += [f"std::string_view to_text({name} value) {{", "    switch (value) {"]
            for value in spec["enum"]:
                out += [f"        case {name}::{pascal(value)}:", f'            return "{value}";']
            out += ["    }", "    return {};", "}", "",
                    f"std::optional<{name}> parse_{snake(name)}(std::string_view text) {{"]
            out += [f'    if (text == "{v}") return {name}::{pascal(v)};' for v in spec["enum"]]
            out += ["    return std::nullopt;", "}", ""]
            continue
        out += [f"base::Json to_json(const {name}& value) {{", "    base::Json json{base::Json::Object{}};"]
        out += [f'    json.set("{field}", json_of(value.{snake(field)}));' for field, _, _ in fields_of(spec)]
        out += ["    return json;", "}", ""]
        if spec.get("readable"):
            out += cc_parser(name, spec, types)
    for name, spec in frames.items():
        out += [f"void {name}::append_to(std::string& out) const {{"]
        out += [f"    append_raw(out, {snake(field)});" for field, *_ in spec["fields"]]
        out += ["}", ""]
    return out + ["}  // namespace wr::console::api", ""]


def cc_parser(name, spec, types):
    out = [f"base::Result<{name}> parse_{snake(name)}(const base::Json& json) {{", f"    {name} value;"]
    checks = {"text": "is_string", "number": "is_number", "count": "is_int", "flag": "is_bool"}
    for field, kind, _ in fields_of(spec):
        member = f"value.{snake(field)}"
        got = f'json["{field}"]'
        if kind.depth == 1:
            out += [f'    if (!{got}.is_array()) return bad("{field}");', f"    for (const auto& each : {got}.as_array()) {{",
                    f"        WR_TRY(auto parsed, parse_{snake(kind.base)}(each));", f"        {member}.push_back(std::move(parsed));",
                    "    }"]
        elif kind.base in JSON_READERS:
            out += [f'    if (!{got}.{checks[kind.base]}()) return bad("{field}");', f"    {member} = {got}.{JSON_READERS[kind.base]};"]
        elif "enum" in types[kind.base]:
            out += [f"    const auto parsed_{snake(field)} = parse_{snake(kind.base)}({got}.as_string());",
                    f'    if (!parsed_{snake(field)}) return bad("{field}");', f"    {member} = *parsed_{snake(field)};"]
        else:
            sys.exit(f"{name}.{field}: no parser for {kind.base}")
    return out + ["    return value;", "}", ""]


def cc_header(types, frames):
    out = ["#pragma once", "// Generated from console.json: the private API and the binary frames of the console.", "",
           "#include <cstdint>", "#include <optional>", "#include <string>", "#include <string_view>", "#include <vector>",
           "", '#include "base/json.h"', '#include "base/result.h"', "", "namespace wr::console::api {", ""]
    for name, spec in types.items():
        out += (cc_enum(name, spec["enum"]) if "enum" in spec else cc_struct(name, spec)) + [""]
    for name, spec in frames.items():
        out += cc_frame(name, spec) + [""]
    return out + ["}  // namespace wr::console::api", ""]


def ts_module(types, frames):
    out = ["// Generated from src/console/schema/console.json: the private API and the binary frames.", ""]
    for name, spec in types.items():
        if "enum" in spec:
            out += [f"export type {name} = {' | '.join(repr(v) for v in spec['enum'])};", ""]
            continue
        out.append(f"export interface {name} {{")
        for field, kind, note in fields_of(spec):
            out += [f"  /** {note} */"] if note else []
            out.append(f"  {field}: {kind.ts()};")
        out += ["}", ""]
    for name, spec in frames.items():
        out += [f"/** {spec['about']}; where each field begins, little-endian. */",
                f"export const {name[0].lower() + name[1:]} = {{"]
        at = 0
        for field, kind, *note in spec["fields"]:
            out.append(f"  {field}: {at}," + (f" // {kind}, {note[0]}" if note else f" // {kind}"))
            at += SIZES[kind]
        out.append(f"  bytes: {at},")
        out += [f"  {key}Value: {value}," for key, value in spec.get("constants", {}).items()]
        out += ["} as const;", ""]
    return out


def write(path, lines):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(lines)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main(language, *outputs):
    schema = json.loads((HERE / "console.json").read_text())
    types, frames = schema["types"], schema["frames"]
    mark_readable(types)
    if language == "ts":
        write(outputs[0], ts_module(types, frames))
    else:
        header, source = outputs
        write(header, cc_header(types, frames))
        write(source, cc_source(types, frames, "/".join(pathlib.Path(header).parts[-3:])))


if __name__ == "__main__":
    main(*sys.argv[1:])
