"""Flink's cluster inside one process: the command that runs files of Flink SQL on it, one after the other."""
import glob
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ROOT / "build/flink-venv"
OPENED = ("java.lang", "java.util", "java.net", "java.io", "java.nio", "java.text", "java.time", "java.lang.reflect",
          "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks", "sun.nio.ch")


def command(*scripts):
    jars = glob.glob(f"{LIBRARIES}/lib/*/site-packages/pyflink/lib/*.jar")
    assert jars, "no Flink in build/flink-venv: tools/run_tests flink"
    opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    return ["java", "-Xmx1g", *opens, "-cp", ":".join(jars), ROOT / "tests/flink/RunScripts.java", *scripts]
