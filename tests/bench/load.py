"""What every measurement needs: signed requests in a file, the load program, a process's CPU time and memory."""
import json
import os
import pathlib
import struct
import subprocess
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS = {"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "secret", "region": "us-east-1"}


class Target:
    """Something that answers Kinesis' API: where it listens, who may call, which processes do the work."""

    def __init__(self, name, endpoint, pids, keys=None):
        self.name, self.endpoint, self.pids = name, endpoint, pids
        self.keys = keys or KEYS

    def cpu_seconds(self):
        return sum(cpu_seconds(pid) for pid in self.pids)

    def resident_megabytes(self):
        return sum(int(line.split()[1]) for pid in self.pids for line in open(f"/proc/{pid}/status")
                   if line.startswith("VmRSS:")) / 1024


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def signed(target, operation, body, protocol):
    """One request of Kinesis' JSON or CBOR protocol, as bytes on the wire."""
    request = botocore.awsrequest.AWSRequest("POST", target.endpoint + "/", data=body, headers={
        "Content-Type": f"application/x-amz-{protocol}-1.1", "X-Amz-Target": "Kinesis_20131202." + operation})
    credentials = botocore.credentials.Credentials(target.keys["accessKeyId"], target.keys["secretAccessKey"])
    botocore.auth.SigV4Auth(credentials, "kinesis", target.keys["region"]).add_auth(request)
    host = urllib.parse.urlparse(target.endpoint).netloc
    head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return head.encode() + b"\r\n" + body


def run_load(target, folder, operation, bodies, connections, seconds, expected="", rate=None, protocol="json"):
    """Sends the bodies in turn; what the load saw, with the server's CPU time per request in microseconds."""
    file = pathlib.Path(folder) / "requests"
    with open(file, "wb") as out:
        for body in bodies:
            request = signed(target, operation, body, protocol)
            out.write(struct.pack("<Q", len(request)) + request)
    address = urllib.parse.urlparse(target.endpoint)
    command = [ROOT / "build/release/tests/bench/http_load", file, address.hostname, str(address.port), str(connections),
               str(seconds), expected]
    cpu = target.cpu_seconds()
    seen = json.loads(subprocess.check_output(command + ([str(rate)] if rate else [])))
    seen["cpu_us"] = (target.cpu_seconds() - cpu) / seen["requests"] * 1e6
    seen["per_s"] = seen["requests"] / seen["seconds"]
    return seen
