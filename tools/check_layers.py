#!/usr/bin/env python3
"""Checks every #include "..." of src/ against tools/layers.toml, and that every folder has a rule."""
import fnmatch
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def room_of(folder):
    parts = folder.parts
    if parts[0] == "services":
        return "/".join(parts[:3])
    return parts[0]


def rule_for(room, rooms):
    if room in rooms:
        return rooms[room]
    matches = [pattern for pattern in rooms if fnmatch.fnmatch(room, pattern) and pattern.count("/") == room.count("/")]
    return rooms[matches[0]] if matches else None


def is_allowed(source_room, target, rules):
    allowed = rule_for(source_room, rules["rooms"])
    target_parts = pathlib.PurePosixPath(target).parts
    if "*" in allowed:
        return True
    if target_parts[0] == "gen":
        return "gen" in allowed
    if target_parts[0] != "services":
        room = target_parts[0]
        return room == source_room or room in allowed or room in rules["extra"].get(source_room, [])
    service = target_parts[1]
    own = source_room.split("/")[1] if source_room.startswith("services/") else None
    if service == own:
        # An engine never looks at its api layer; the face stands above both.
        if source_room.endswith("/engine"):
            return target_parts[2] != "api"
        return True if source_room.endswith("/api") else len(target_parts) == 3
    is_face = len(target_parts) == 3 and target_parts[2] == f"{service}.h"
    return own is not None and is_face and service in rules["faces"][own]


def main():
    rules = tomllib.loads((ROOT / "tools" / "layers.toml").read_text())
    problems = []
    for path in sorted(SRC.rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        relative = path.relative_to(SRC)
        room = room_of(relative.parent)
        if rule_for(room, rules["rooms"]) is None:
            problems.append(f"src/{relative}: the folder {room} has no rule in tools/layers.toml")
            continue
        is_test = path.stem.endswith("_test")
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and not is_allowed(room, match.group(1), rules):
                # Tests may stand on any storage room's fakes, never on the server.
                if is_test and not match.group(1).startswith(("server/", "services/")):
                    continue
                problems.append(f"src/{relative}:{number}: {room} may not include {match.group(1)}")
    print("\n".join(problems) if problems else "layers: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
