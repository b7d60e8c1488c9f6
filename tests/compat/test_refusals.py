"""Every operation in api/ refuses who must not call it, with AWS's code for its protocol, before it does anything.

Requests are valid but for the one thing that each test is about: botocore writes and signs them.
"""
import datetime
import http.client
import json
import re
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from generators import minimal
from models import operations, request_of, service_model

# Who calls does not matter, or nobody signs: AWS has no authentication for these.
UNSIGNED = {("cognitoidentity", "GetCredentialsForIdentity"), ("cognitoidentity", "GetId"),
            ("cognitoidentity", "GetOpenIdToken"), ("sts", "AssumeRoleWithWebIdentity")}
# "No permissions are required" says the STS API reference.
NEEDS_NO_PERMISSION = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}

# Requests that name nothing to ask the policies about are nobody's business: these name something.
NAMING = {("dynamodb", "TransactWriteItems"): {"TransactItems": [{"Delete": {"TableName": "table", "Key": {"k": {"S": "v"}}}}]}}

ALL = list(operations())
SIGNED = [case for case in ALL if tuple(case.values) not in UNSIGNED]

# family -> (code, status) by reason
REFUSALS = {
    "json": {"unsigned": ("MissingAuthenticationTokenException", 400), "signature": ("InvalidSignatureException", 400),
             "time": ("InvalidSignatureException", 400), "key": ("UnrecognizedClientException", 400),
             "scope": ("InvalidSignatureException", 400), "permission": ("AccessDeniedException", 400)},
    "rest-json": {"unsigned": ("MissingAuthenticationTokenException", 403), "signature": ("InvalidSignatureException", 403),
                  "time": ("InvalidSignatureException", 403), "key": ("UnrecognizedClientException", 403),
                  "permission": ("AccessDeniedException", 403)},
    "query": {"unsigned": ("MissingAuthenticationToken", 403), "signature": ("SignatureDoesNotMatch", 403),
              "time": ("SignatureDoesNotMatch", 403), "key": ("InvalidClientTokenId", 403),
              "scope": ("SignatureDoesNotMatch", 403), "permission": ("AccessDenied", 403)},
    "rest-xml": {"unsigned": ("AccessDenied", 403), "signature": ("SignatureDoesNotMatch", 403),
                 "time": ("RequestTimeTooSkewed", 403), "key": ("InvalidAccessKeyId", 403),
                 "scope": ("AuthorizationHeaderMalformed", 400), "permission": ("AccessDenied", 403)},
}


class Caller:
    """Sends one operation in any state of signature over one kept connection."""

    def __init__(self, server):
        self.endpoint = urllib.parse.urlsplit(server.endpoint)
        self.region = server.keys["region"]
        self.root = botocore.credentials.Credentials(server.keys["accessKeyId"], server.keys["secretAccessKey"])
        self.connection = http.client.HTTPConnection(self.endpoint.netloc, timeout=30)

    def build(self, service, name):
        model = service_model(service)
        operation = model.operation_model(name)
        params = NAMING.get((service, name)) or (minimal(operation.input_shape) if operation.input_shape else {})
        return request_of(model, operation, params)

    def sign(self, service, request, credentials, scope=None):
        model = service_model(service)
        signer = botocore.auth.S3SigV4Auth if model.signing_name == "s3" else botocore.auth.SigV4Auth
        wrapped = botocore.awsrequest.AWSRequest(request["method"], self.endpoint.geturl() + request["target"],
                                                 dict(request["headers"]), request["body"])
        signer(credentials, scope or model.signing_name, self.region).add_auth(wrapped)
        return {**request, "headers": list(wrapped.headers.items())}

    def send(self, request):
        """(code, status); HEAD has no code."""
        try:
            self.connection.request(request["method"], request["target"], request["body"], dict(request["headers"]))
            answer = self.connection.getresponse()
            body = answer.read().decode(errors="replace")
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise
        if answer.getheader("Connection") == "close":
            self.connection.close()
        return code_of(answer, body), answer.status


def code_of(answer, body):
    code = answer.getheader("x-amzn-ErrorType")
    if code is None and body.startswith("{"):
        code = json.loads(body).get("__type")
    if code is not None:
        return code.split("#")[-1].split(":")[0]
    found = re.search(r"<Code>([^<]*)</Code>", body)
    return found.group(1) if found else None


def expected(service, request, reason):
    code, status = REFUSALS[service_model(service).resolved_protocol][reason]
    return (None if request["method"] == "HEAD" else code), status


@pytest.fixture(scope="module")
def caller(server):
    if server is None:
        pytest.skip("AWS itself is not asked to refuse")
    return Caller(server)


@pytest.fixture(scope="module")
def nobody(aws):
    """Keys of a user without any policy."""
    iam = aws("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    return botocore.credentials.Credentials(key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture
def clock_of_the_client(monkeypatch):
    def set_off_by(delta):
        monkeypatch.setattr(botocore.auth, "get_current_datetime",
                            lambda **_: datetime.datetime.now(datetime.timezone.utc) + delta)
    return set_off_by


@pytest.mark.parametrize("service, name", SIGNED)
def test_an_unsigned_request_is_refused(caller, service, name):
    request = caller.build(service, name)
    assert caller.send(request) == expected(service, request, "unsigned")


@pytest.mark.parametrize("service, name", [case for case in SIGNED if case.values[0] != "s3"])
def test_nothing_of_an_unsigned_request_is_parsed(caller, service, name):
    request = caller.build(service, name)
    if service_model(service).resolved_protocol == "query":
        request["body"] = request["body"].split(b"&", 1)[0] + b"&Version=" + service_model(service).api_version.encode()
    else:
        request["body"] = b'{"broken'
    assert caller.send(request) == expected(service, request, "unsigned")


@pytest.mark.parametrize("service, name", ALL)
def test_a_wrong_signature_is_refused(caller, service, name):
    request = caller.build(service, name)
    liar = botocore.credentials.Credentials(caller.root.access_key, "x" * 40)
    assert caller.send(caller.sign(service, request, liar)) == expected(service, request, "signature")


@pytest.mark.parametrize("service, name", ALL)
def test_what_changed_after_signing_is_refused(caller, service, name):
    request = caller.sign(service, caller.build(service, name), caller.root)
    changed = {**request, "headers": [*request["headers"], ("X-Amz-Security-Token-Added", "later")]}
    code, status = caller.send(changed)
    assert 400 <= status < 500
    if request["method"] != "HEAD":
        assert code in ("InvalidSignatureException", "SignatureDoesNotMatch", "AccessDenied")


@pytest.mark.parametrize("offset", [datetime.timedelta(minutes=-16), datetime.timedelta(minutes=16), datetime.timedelta(days=-1),
                                    datetime.timedelta(days=1)], ids=["16min-ago", "in-16min", "yesterday", "tomorrow"])
@pytest.mark.parametrize("service, name", ALL)
def test_an_expired_or_future_signature_is_refused(caller, clock_of_the_client, service, name, offset):
    clock_of_the_client(offset)
    request = caller.build(service, name)
    assert caller.send(caller.sign(service, request, caller.root)) == expected(service, request, "time")


@pytest.mark.parametrize("service, name", ALL)
def test_an_unknown_key_is_refused(caller, service, name):
    request = caller.build(service, name)
    stranger = botocore.credentials.Credentials("AKIAZZZZZZZZZZZZZZZZ", "x" * 40)
    assert caller.send(caller.sign(service, request, stranger)) == expected(service, request, "key")


@pytest.mark.parametrize("service, name", ALL)
def test_a_signature_for_another_service_is_refused(caller, service, name):
    request = caller.build(service, name)
    answer = caller.send(caller.sign(service, request, caller.root, scope="wrong"))
    if service_model(service).resolved_protocol == "rest-json":
        # Nothing but the scope says that a path is Lambda's: the request is taken for S3's.
        assert answer[0] in ("AuthorizationHeaderMalformed", "MethodNotAllowed") and 400 <= answer[1] < 500
    else:
        assert answer == expected(service, request, "scope")


@pytest.mark.parametrize("service, name", SIGNED)
def test_a_user_without_policies_is_refused(caller, nobody, service, name):
    if (service, name) in NEEDS_NO_PERMISSION:
        pytest.skip("needs no permission on AWS either")
    request = caller.build(service, name)
    assert caller.send(caller.sign(service, request, nobody)) == expected(service, request, "permission")


@pytest.mark.parametrize("service, name", sorted(NEEDS_NO_PERMISSION))
def test_what_needs_no_permission_answers_a_user_without_policies(caller, nobody, service, name):
    code, status = caller.send(caller.sign(service, caller.build(service, name), nobody))
    assert (code, status) == (None, 200)


def test_the_list_of_unsigned_operations_is_that_of_the_models():
    from_models = {tuple(case.values) for case in ALL
                   if service_model(case.values[0]).operation_model(case.values[1]).auth_type == "none"}
    assert from_models == UNSIGNED
