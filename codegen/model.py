"""Front: reads one api/<service>.json and answers questions about it in C++ terms."""
import json
import pathlib
import re

KEYWORDS = set("""alignas alignof and asm auto bool break case catch char class const continue default delete do
double else enum explicit export extern false float for friend goto if inline int long mutable namespace new not
null operator or private protected public register return short signed sizeof static struct switch template this
throw true try typedef typeid typename union unsigned using virtual void volatile while xor""".split()) - {"null"}

SCALARS = {"string": "std::string", "character": "std::string", "blob": "std::string", "boolean": "bool",
           "integer": "int64_t", "long": "int64_t", "float": "double", "double": "double",
           "timestamp": "base::Timestamp"}


def snake(name):
    """boto3's spelling of an AWS name."""
    name = re.sub(r"([A-Z]+)s(?=[A-Z]|$)", lambda m: m.group(0) if len(m.group(1)) < 2 else m.group(1)[0] + m.group(1)[1:].lower() + "s", name)
    name = name.replace("-", "_")
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().replace("__", "_")
    return name + "_" if name in KEYWORDS else name


def java_hash(text):
    value = 0
    for char in text:
        value = (value * 31 + ord(char)) & 0xFFFFFFFF
    return value ^ (value >> 16)


def enum_order(values):
    """The order in which AWS prints an enum: buckets of a 32-entry hash set, ties in reverse model order."""
    indexed = list(enumerate(values))

    def bucket(text):
        value = 0
        for char in text:
            value = (value * 31 + ord(char)) & 0xFFFFFFFF
        return value & 31

    return [v for _, v in sorted(indexed, key=lambda pair: (bucket(pair[1]), -pair[0]))]


def re2_pattern(pattern):
    pattern = pattern.replace("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\x{10000}-\\x{10FFFF}")
    pattern = pattern.replace("\\u10000-\\u10FFFF", "\\x{10000}-\\x{10FFFF}")
    return re.sub(r"\\u([0-9A-Fa-f]{4})", r"\\x{\1}", pattern)


class Model:
    def __init__(self, path, overrides):
        self.name = pathlib.Path(path).stem
        document = json.loads(pathlib.Path(path).read_text())
        patch = pathlib.Path(path).parent / "patches" / f"{self.name}.json"
        if patch.exists():
            apply_patches(document, json.loads(patch.read_text()))
        self.document = document
        self.metadata = document["metadata"]
        self.shapes = document["shapes"]
        self.operations = document["operations"]
        self.patterns = {entry["pattern"]: entry for entry in overrides["patterns"]}
        self.rows = overrides["rows"].get(self.name, [])
        self.namespace = f"wr::gen::{self.name}"
        self.structures = [n for n, s in self.shapes.items() if s["type"] == "structure" and not s.get("eventstream")]
        self.renamed = {}
        self.split_operation_shapes()
        self.boxed = self.find_boxed()

    def split_operation_shapes(self):
        """Every operation gets <Op>Input and <Op>Output, whatever the model calls its shapes."""
        self.io = {}
        for op_name, op in self.operations.items():
            pair = []
            for part, suffix in (("input", "Input"), ("output", "Output")):
                wanted = op_name + suffix
                shape = op.get(part, {}).get("shape")
                pair.append((wanted, shape))
            self.io[op_name] = pair

    def cpp_type(self, shape_name):
        shape = self.shapes[shape_name]
        kind = shape["type"]
        if kind in SCALARS:
            return SCALARS[kind]
        if kind == "list":
            holder = "wire::Rows" if shape_name in self.rows else "std::vector"
            return f"{holder}<{self.cpp_type(shape['member']['shape'])}>"
        if kind == "map":
            return f"std::map<std::string, {self.cpp_type(shape['value']['shape'])}>"
        return cpp_name(shape_name)

    def members(self, structure):
        """(model name, C++ name, reference) of the members that the server sees; event streams are left out."""
        for name, ref in self.shapes[structure].get("members", {}).items():
            if not self.shapes[ref["shape"]].get("eventstream"):
                yield name, snake(name), ref

    def is_body(self, ref):
        return ref.get("streaming") or self.shapes[ref["shape"]].get("streaming")

    def member_type(self, structure, name, ref):
        if self.is_body(ref):
            return "std::optional<wire::Body>"
        inner = self.cpp_type(ref["shape"])
        return f"wire::Boxed<{inner}>" if (structure, name) in self.boxed else f"std::optional<{inner}>"

    def find_boxed(self):
        """Members through which a structure contains itself without a list or map in between."""
        def direct(name):
            return [(m, r["shape"]) for m, _, r in self.members(name) if self.shapes[r["shape"]]["type"] == "structure"]

        boxed = set()
        for start in self.structures:
            for member, target in direct(start):
                seen, stack = set(), [target]
                while stack:
                    current = stack.pop()
                    if current == start:
                        boxed.add((start, member))
                        break
                    if current not in seen:
                        seen.add(current)
                        stack += [t for m, t in direct(current)]
        return boxed

    def ordered_structures(self):
        """Definition order: what a structure holds by value comes before it."""
        done, order = set(), []

        def contained(shape_name):
            shape = self.shapes[shape_name]
            if shape["type"] == "structure":
                yield shape_name
            elif shape["type"] == "list":
                yield from contained(shape["member"]["shape"])
            elif shape["type"] == "map":
                yield from contained(shape["value"]["shape"])

        def visit(name, path):
            if name in done or name in path or self.shapes[name].get("eventstream"):
                return
            for member, _, ref in self.members(name):
                if (name, member) not in self.boxed:
                    for inner in contained(ref["shape"]):
                        visit(inner, path | {name})
            done.add(name)
            order.append(name)

        for name in self.structures:
            visit(name, frozenset())
        return order

    def errors(self):
        for name, shape in self.shapes.items():
            if shape.get("exception") or shape.get("fault") or shape.get("error"):
                error = shape.get("error", {})
                status = error.get("httpStatusCode", 500 if shape.get("fault") else 400)
                yield name, error.get("code", name), status


def cpp_name(shape_name):
    return shape_name[0].upper() + shape_name[1:]


def apply_patches(document, patches):
    """JSON-Patch style entries: add, replace or remove the value at a /-separated path."""
    for entry in patches:
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in entry["path"].strip("/").split("/")]
        target = document
        for part in parents:
            target = target[int(part) if isinstance(target, list) else part]
        if entry["op"] == "remove":
            del target[last]
        elif isinstance(target, list):
            target.append(entry["value"])
        else:
            target[last] = entry["value"]
