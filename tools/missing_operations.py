#!/usr/bin/env python3
"""Which AWS operations this program does not have, computed from the descriptions and the sources.

An operation is missing when api/<service>.json only names it ("otherOperations"), or when it is described there but no
class in src/services/*/api/ overrides it. Both answer AWS's unknown-operation error.

    tools/missing_operations.py           print them
    tools/missing_operations.py --write   put them between the markers of docs/compatibility.md
    tools/missing_operations.py --check   exit 1 when that section is not what --write would put there
"""
import json
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "codegen"))
from model import snake  # noqa: E402

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN, END = "<!-- missing operations: begin -->", "<!-- missing operations: end -->"
TITLES = {
    "athena": "Athena", "cloudwatch": "CloudWatch", "cognitoidentity": "Cognito identity pools", "dynamodb": "DynamoDB", "firehose": "Data Firehose",
    "glue": "Glue", "iam": "IAM", "kinesis": "Kinesis Data Streams", "kinesisanalytics": "Kinesis Analytics, API of 2015",
    "kinesisanalyticsv2": "Kinesis Analytics, API of 2018", "lambda": "Lambda", "logs": "CloudWatch Logs", "s3": "S3",
    "sts": "STS",
}
ALIAS = re.compile(r"namespace\s+(\w+)\s*=\s*(?:::)?(?:wr::)?gen::(\w+)\s*;")
CLASS = re.compile(r"class\s+\w+(?:\s+final)?\s*:\s*public\s+([\w:]+)::Service\b[^{]*\{(.*?)\n\};", re.S)
COMMENT = re.compile(r"//[^\n]*")


def overridden():
    """service -> words that stand in the classes that derive from its generated interface."""
    words = {}
    for path in sorted(ROOT.glob("src/services/*/api/*.h")):
        text = COMMENT.sub("", path.read_text())
        aliases = dict(ALIAS.findall(text))
        for base, body in CLASS.findall(text):
            last = base.split("::")[-1]
            words.setdefault(aliases.get(last, last), set()).update(re.findall(r"\w+", body))
    return words


def report():
    """[(service, described and overridden, missing names)]"""
    words = overridden()
    result = []
    for path in sorted((ROOT / "api").glob("*.json")):
        document = json.loads(path.read_text())
        present = {name for name in document["operations"] if snake(name) in words.get(path.stem, ())}
        missing = sorted(set(document["operations"]) - present | set(document.get("otherOperations", ())))
        result.append((path.stem, sorted(present), missing))
    return result


def section():
    rows = report()
    lines = ["| service | here | of |", "|---|---:|---:|"]
    lines += [f"| {TITLES.get(service, service)} | {len(present)} | {len(present) + len(missing)} |"
              for service, present, missing in rows]
    for service, _, missing in rows:
        if missing:
            names = textwrap.fill(", ".join(missing) + ".", 110, break_long_words=False)
            lines += ["", f"**{TITLES.get(service, service)}**, not there:", names]
    return "\n".join(lines)


def page():
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return text, f"{before}{BEGIN}\n{section()}\n{END}{after}"


def main():
    if "--check" in sys.argv:
        now, wanted = page()
        if now != wanted:
            print("docs/compatibility.md: the list of missing operations is old; run tools/missing_operations.py --write")
            return 1
        return 0
    if "--write" in sys.argv:
        PAGE.write_text(page()[1])
        return 0
    print(section())
    return 0


if __name__ == "__main__":
    sys.exit(main())
