"""A real server for every test session: started on a free port, ended by its own process id.

`pytest --aws` runs the same tests against AWS with the environment's credentials.
"""
import json
import os
import pathlib
import ssl
import subprocess
import time
import urllib.request
import uuid

import boto3
import botocore.config
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = pathlib.Path(os.environ.get("WILDRYDES", ROOT / "build/release/wildrydes"))


def pytest_addoption(parser):
    parser.addoption("--aws", action="store_true", help="run against AWS itself")


class Server:
    """One `wildrydes up`. Its data directory outlives stop() and kill(), for restart()."""

    def __init__(self, folder, *arguments):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.arguments = list(arguments)
        if "--state-change-delay-ms" not in arguments:
            self.arguments += ["--state-change-delay-ms", "0"]
        self.port = "0"  # a test may name one, to find the server there after a restart
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.folder / "server.log", "ab")
        (self.data / "endpoint").unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [BINARY, "up", "--data", self.data, "--port", self.port, *self.arguments],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60  # a machine with too much to do has taken 25
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-3000:]
            try:
                self.endpoint = (self.data / "endpoint").read_text().strip()
                urllib.request.urlopen(self.endpoint + "/health/live", timeout=1, context=self.trust()).read()
                self.keys = json.loads((self.data / "credentials.json").read_text())
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("the server did not answer within 120 s")

    @property
    def authority(self):
        """The file with the local authority's certificate, where there is one."""
        path = self.data / "tls/ca.pem"
        return path if path.exists() else None

    def trust(self):
        return ssl.create_default_context(cafile=self.authority) if self.endpoint.startswith("https") else None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(15) == 0, (self.folder / "server.log").read_text()[-3000:]
        self.log.close()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def restart(self):
        self.stop()
        self.start()

    def client(self, service, **overrides):
        config = botocore.config.Config(retries={"max_attempts": 0, "mode": "standard"}, s3={"addressing_style": "path"},
                                        connect_timeout=5, read_timeout=60)
        options = {"endpoint_url": self.endpoint, "region_name": self.keys["region"], "config": config,
                   "aws_access_key_id": self.keys["accessKeyId"], "aws_secret_access_key": self.keys["secretAccessKey"]}
        if self.authority:
            options["verify"] = str(self.authority)
        options.update(overrides)
        return boto3.client(service, **options)

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        env.update(AWS_ENDPOINT_URL=self.endpoint, AWS_REGION=self.keys["region"], AWS_DEFAULT_REGION=self.keys["region"],
                   AWS_ACCESS_KEY_ID=self.keys["accessKeyId"], AWS_SECRET_ACCESS_KEY=self.keys["secretAccessKey"],
                   AWS_PAGER="", AWS_MAX_ATTEMPTS="1")
        return env


@pytest.fixture(scope="session")
def server(request, tmp_path_factory):
    if request.config.getoption("--aws"):
        yield None
        return
    instance = Server(tmp_path_factory.mktemp("server"))
    yield instance
    instance.stop()


@pytest.fixture(scope="session")
def aws(server):
    """aws("kinesis"): a boto3 client of the server, or of AWS."""
    if server is None:
        return lambda service, **options: boto3.client(service, **options)
    return server.client


@pytest.fixture
def unique():
    """unique("stream"): a name that no other test has."""
    return lambda stem: f"{stem}-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def new_server(tmp_path):
    """new_server(*arguments): a server of the test's own."""
    servers = []

    def start(*arguments):
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        servers.append(Server(folder, *arguments))
        return servers[-1]

    yield start
    for instance in servers:
        if instance.process.poll() is None:
            instance.kill()
