"""The Python runtime: asks the Runtime API for events, calls the handler, hands back its answer."""
import http.client
import importlib
import json
import os
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
PREFIX = "/2018-06-01/runtime"


class Context:
    """What a handler may know of its invocation."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))


class Api:
    def __init__(self):
        self.connection = None

    def call(self, method, route, body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(API)
        self.connection.request(method, PREFIX + route, body, headers or {})
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()


def describe(error, trace):
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n    {frame.line}\n'
            for frame in trace
        ],
    }


def log_failure(body):
    lines = [f"[ERROR] {body['errorType']}: {body['errorMessage']}"]
    if body.get("stackTrace"):
        lines.append("Traceback (most recent call last):")
        lines.extend(entry.rstrip("\n").replace("\n", "\r") for entry in body["stackTrace"])
    print("\r".join(lines), flush=True)


class BadHandler(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def load_handler():
    name = os.environ["_HANDLER"]
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise BadHandler("Runtime.MalformedHandlerName",
                         f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise BadHandler("Runtime.ImportModuleError",
                         f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise BadHandler("Runtime.UserCodeSyntaxError",
                         f"Syntax error in module '{module_name}': {error}") from error
    handler = getattr(module, function_name, None)
    if handler is None:
        raise BadHandler("Runtime.HandlerNotFound",
                         f"Handler '{function_name}' missing on module '{module_name}'")
    return handler


def serve_one(api, handler):
    status, headers, payload = api.call("GET", "/invocation/next")
    if status != 200:
        sys.exit(1)
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        answer = json.dumps(handler(json.loads(payload), Context(headers))).encode()
    except Exception as error:  # whatever the function raises is its answer
        trace = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
        body = describe(error, trace)
        body["requestId"] = request_id
        log_failure(body)
        api.call("POST", f"/invocation/{request_id}/error", json.dumps(body).encode(),
                 {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled"})
        return
    sys.stdout.flush()
    sys.stderr.flush()
    api.call("POST", f"/invocation/{request_id}/response", answer, {"Content-Type": "application/json"})


def main():
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    api = Api()
    try:
        handler = load_handler()
    except BadHandler as error:
        body = {"errorMessage": str(error), "errorType": error.kind, "stackTrace": []}
        log_failure(body)
        api.call("POST", "/init/error", json.dumps(body).encode(), {"Content-Type": "application/json"})
        sys.exit(1)
    except Exception as error:
        body = describe(error, traceback.extract_tb(error.__traceback__))
        log_failure(body)
        api.call("POST", "/init/error", json.dumps(body).encode(), {"Content-Type": "application/json"})
        sys.exit(1)
    while True:
        serve_one(api, handler)


if __name__ == "__main__":
    main()
