#!/usr/bin/env python3
"""Style rules that a person would otherwise have to watch for. A test: exit 1 and a line for each violation.

Limits: 500 lines a file, 70 lines a function, 100 columns a line. Exceptions stand in tools/tidy_ratchet.json with
today's number; they may shrink, never grow.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE_LINES_MAX, FUNCTION_LINES_MAX, COLUMNS_MAX = 500, 70, 100
RATCHET = ROOT / "tools" / "tidy_ratchet.json"

BANNED = [
    (re.compile(r"\bstd::regex\b"), "std::regex is slow and recursive: use RE2"),
    (re.compile(r"\bsystem_clock::now\b"), "take the time from base::Clock"),
    (re.compile(r"\bstd::rand\b|\brand\(\)"), "take chance from base::Random"),
    (re.compile(r"\.detach\(\)"), "every thread has an owner that waits for it"),
    (re.compile(r"\bsystem\(|\bpopen\("), "no shells: io::Process"),
    (re.compile(r"\busing namespace std;"), "name what you use"),
]
ALLOWED = {"src/base/clock.cc": "system_clock"}
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.])/(work|root|farm)/")


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in out.stdout.split()]


def function_lengths(lines):
    """(first line, length) of what looks like a function body: a block opened at column 0 and closed by '}' there."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None:
            opens = line.rstrip().endswith("{") and not line.startswith((" ", "}", "#", "/"))
            if opens and not re.match(r"(inline )?namespace|class |struct |enum |union |extern|const |static const", line):
                start = number
        elif line.startswith("}"):
            yield start, number - start + 1
            start = None


def check(path, ratchet, problems):
    name = str(path.relative_to(ROOT))
    lines = path.read_text().splitlines()
    limit = ratchet.get(name, {})
    if len(lines) > limit.get("lines", FILE_LINES_MAX):
        problems.append(f"{name}: {len(lines)} lines (at most {limit.get('lines', FILE_LINES_MAX)})")
    for start, length in function_lengths(lines):
        if length > limit.get("function", FUNCTION_LINES_MAX):
            problems.append(f"{name}:{start}: a function of {length} lines (at most {limit.get('function', FUNCTION_LINES_MAX)})")
    if path.suffix == ".cc":
        head = next((line for line in lines if line.strip()), "")
        if not head.startswith("//"):
            problems.append(f"{name}:1: says nothing of what it is")
    elif "#pragma once" not in "\n".join(lines[:3]):
        problems.append(f"{name}:1: no #pragma once")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            problems.append(f"{name}:{number}: {len(line)} columns")
        for pattern, advice in BANNED:
            if pattern.search(line) and name not in ALLOWED and "_test.cc" not in name and not line.lstrip().startswith("//"):
                problems.append(f"{name}:{number}: {advice}")


def main():
    ratchet = json.loads(RATCHET.read_text()) if RATCHET.exists() else {}
    problems = []
    for path in tracked("src/**/*.h", "src/**/*.cc", "src/*.h", "src/*.cc"):
        check(path, ratchet, problems)
    for path in tracked("src", "tests", "tools", "web", "functions", "codegen", "docs", "*.md", "Makefile", ".ci"):
        if not path.is_file() or path.suffix in (".png", ".bin", ".gz", ".lock", ".json") or path.name == "tidy.py":
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            name = path.relative_to(ROOT)
            if MARKS.search(line) and "decisions/" not in line:
                problems.append(f"{name}:{number}: an unfinished mark: finish it or name a decision")
            if MACHINE_PATH.search(line):
                problems.append(f"{name}:{number}: a path of one machine")
    print("\n".join(problems) if problems else "tidy: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
