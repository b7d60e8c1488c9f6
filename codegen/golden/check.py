#!/usr/bin/env python3
"""Compares the generator's output for a small API with the committed sample; --update rewrites the sample."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, HERE.parent / "generate.py", HERE / "sample.json", folder], check=True)
        fresh = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir()}
    if "--update" in sys.argv:
        for name, text in fresh.items():
            (HERE / f"{name}.golden").write_text(text)
        return 0
    different = [name for name, text in fresh.items() if (HERE / f"{name}.golden").read_text() != text]
    print("golden: " + (", ".join(different) + " differ; run codegen/golden/check.py --update and read the diff" if different else "ok"))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
