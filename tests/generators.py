"""Values for botocore shapes: random ones for codecs, small valid ones for requests that must pass validation."""
import datetime
import random
import re
import re._constants as sre
import re._parser as sre_parser

# S3 keeps Expires as text; botocore's own output model says so beside the timestamp.
EXPIRES = {"Expires", "ExpiresString"}


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


def minimal(shape):
    """The smallest value that the shape's constraints accept: required members only."""
    kind = shape.type_name
    limits = shape.metadata
    if kind == "structure":
        names = shape.required_members
        if getattr(shape, "is_tagged_union", False):
            names = list(shape.members)[:1]
        # Members inside the path are needed whether the model says so or not.
        uri = [name for name, member in shape.members.items() if member.serialization.get("location") == "uri"]
        return {name: minimal(shape.members[name]) for name in dict.fromkeys([*names, *uri])}
    if kind == "list":
        return [minimal(shape.member) for _ in range(max(1, int(limits.get("min", 0))))]
    if kind == "map":
        return {minimal(shape.key): minimal(shape.value)}
    if kind in ("string", "character"):
        return text_for(shape)
    if kind == "blob":
        return b"x" * max(1, int(limits.get("min", 0)))
    if kind == "boolean":
        return False
    if kind in ("integer", "long"):
        return int(limits.get("min", 1))
    if kind in ("float", "double"):
        return float(limits.get("min", 1.0))
    if kind == "timestamp":
        return datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    raise AssertionError(kind)


# What a pattern cannot say: texts that a parser behind it must accept.
MEANINGFUL = ["abcdefgh", "us-east-1:00000000-0000-4000-8000-000000000000", "arn:aws:iam::123456789012:role/role-name",
              "arn:aws:kinesis:us-east-1:123456789012:stream/name", "00000000-0000-4000-8000-000000000000",
              "123456789012", "{}"]


def text_for(shape):
    if shape.enum:
        return shape.enum[0]
    low, high = int(shape.metadata.get("min", 1)), shape.metadata.get("max")
    pattern = shape.metadata.get("pattern")

    def fits(text):
        return len(text) >= low and (high is None or len(text) <= int(high)) and (pattern is None or matches(pattern, text))

    candidates = [*MEANINGFUL, "a" * max(low, 1)]
    if "arn" in shape.name.lower():
        candidates.sort(key=lambda text: not text.startswith("arn:"))
    if pattern is not None:
        tree = sre_parser.parse(python_pattern(pattern))
        candidates += [shortest(tree, repeats) for repeats in (0, 1, 2, 4, 8, low, low + 1)]
    for text in candidates:
        if fits(text):
            return text
    raise AssertionError(f"no text for {shape.name}: {pattern} of {low} to {high}")


def python_pattern(pattern):
    """Java's classes in Python's words, as far as the models use them."""
    for name, ascii_range in (("L", "a-zA-Z"), ("Z", " "), ("N", "0-9"), ("M", ""), ("P", "!-/"), ("S", "$+<=>"), ("C", "")):
        pattern = pattern.replace(f"\\p{{{name}}}", ascii_range)
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010ffff")
    return pattern.replace(r"\p{Graph}", "!-~").replace(r"\p{Print}", " -~")


def matches(pattern, text):
    return re.fullmatch(python_pattern(pattern), text) is not None


def shortest(tree, repeats):
    """A text that the parsed pattern matches, each repetition taken `repeats` times where that is allowed."""
    out = ""
    for op, argument in tree:
        if op is sre.LITERAL:
            out += chr(argument)
        elif op in (sre.NOT_LITERAL, sre.ANY):
            out += "a"
        elif op is sre.IN:
            out += member_of(argument)
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)):
            low, high, inner = argument
            out += shortest(inner, repeats) * max(low, min(repeats, int(high)))
        elif op is sre.SUBPATTERN:
            out += shortest(argument[3], repeats)
        elif op is sre.BRANCH:
            out += shortest(argument[1][0], repeats)
        elif op is getattr(sre, "ATOMIC_GROUP", None):
            out += shortest(argument, repeats)
    return out


def member_of(items):
    negated = items[0][0] is sre.NEGATE
    source = "[" + "".join(class_text(item) for item in items) + "]"
    for char in "ab0A1-_./: =+,@" + "".join(map(chr, range(33, 127))):
        if re.fullmatch(source, char):
            return char
    raise AssertionError(f"nothing is in {source} (negated: {negated})")


def class_text(item):
    op, argument = item
    if op is sre.NEGATE:
        return "^"
    if op is sre.LITERAL:
        return re.escape(chr(argument))
    if op is sre.RANGE:
        return "-".join(re.escape(chr(end)) for end in argument)
    return {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_SPACE: r"\S",
            sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_NOT_WORD: r"\W"}[argument]
