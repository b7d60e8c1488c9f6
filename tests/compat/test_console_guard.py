"""Who may use the console's API: its own page and those who hold its session, no page of elsewhere.

A browser says with Sec-Fetch-Site where a request comes from; another port of the same host is "same-site", and its
requests carry the session's cookie, however strict.
"""
import http.client
import json
import urllib.error
import urllib.request

import pytest


def ask(server, path, method="GET", body=None, session=True, **headers):
    token = json.loads((server.data / "credentials.json").read_text())["consoleToken"]
    request = urllib.request.Request(server.endpoint + path, method=method, data=body)
    if session:
        request.add_header("Cookie", f"wildrydes_session={token}")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(errors="replace")


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_the_page_and_the_holder_of_the_session_may(server, site):
    headers = {"Sec_Fetch_Site": site} if site else {}
    assert ask(server, "/_/api/config", **headers)[0] == 200


@pytest.mark.parametrize("mode", ["no-cors", "cors", "navigate"])
@pytest.mark.parametrize("site", ["same-site", "cross-site"])
@pytest.mark.parametrize("path", ["/_/api/config", "/_/api/aws/s3/", "/_/api/aws/iam/?Action=ListUsers&Version=2010-05-08"])
def test_a_page_of_elsewhere_may_not(server, site, mode, path):
    status, body = ask(server, path, Sec_Fetch_Site=site, Sec_Fetch_Mode=mode)
    assert status == 403, body


def test_an_address_alone_changes_nothing(server):
    """As an image of another page would ask, or a link in a mail that opens a browser."""
    status, body = ask(server, "/_/api/aws/iam/?Action=CreateUser&UserName=intruder&Version=2010-05-08", Sec_Fetch_Site="none",
                       Sec_Fetch_Mode="navigate")
    assert status == 405, body
    assert not [user for user in server.client("iam").list_users()["Users"] if user["UserName"] == "intruder"]
    status, body = ask(server, "/_/api/aws/iam/", "POST", b"Action=CreateUser&UserName=guest&Version=2010-05-08",
                       Sec_Fetch_Site="same-origin", Content_Type="application/x-www-form-urlencoded")
    assert status == 200, body
    server.client("iam").delete_user(UserName="guest")


def test_a_name_that_was_rebound_may_not(server):
    """evil.example resolves to 127.0.0.1 by now: the browser takes it for its own origin."""
    status, _ = ask(server, "/_/api/config", Host="evil.example", Sec_Fetch_Site="same-origin")
    assert status == 403


def test_without_the_session_nobody_may(server):
    assert ask(server, "/_/api/config", session=False)[0] in (401, 403)


def test_a_link_from_elsewhere_opens_the_page(server):
    assert ask(server, "/_/", session=False, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Accept="text/html")[0] != 403


def head_of(server, path, **headers):
    """Status and headers, without following where they lead."""
    connection = http.client.HTTPConnection(server.endpoint.removeprefix("http://"), timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def test_the_session_is_handed_over_and_the_rest_of_the_address_kept(server):
    token = json.loads((server.data / "credentials.json").read_text())["consoleToken"]
    for query, rest in [(f"session={token}", ""), (f"node=table%3Arides&session={token}", "?node=table%3Arides"),
                        (f"session={token}&sel=A%26B&sessions=2", "?sel=A%26B&sessions=2")]:
        status, headers, _ = head_of(server, f"/_/pipeline?{query}")
        assert (status, headers["Location"]) == (302, f"/_/pipeline{rest}")
        assert token in headers["Set-Cookie"]
    status, headers, _ = head_of(server, "/_/pipeline?session=wrong&node=a")
    assert (status, headers["Location"], headers["Set-Cookie"]) == (302, "/_/pipeline?node=a", None)


def test_servers_of_one_host_do_not_sign_each_others_users_out(server):
    """Browsers keep cookies by host, whatever the port."""
    token = json.loads((server.data / "credentials.json").read_text())["consoleToken"]
    mine, flags = head_of(server, f"/_/?session={token}")[1]["Set-Cookie"].split(";", 1)
    assert mine == f"wildrydes_session_{server.endpoint.rsplit(':', 1)[1]}={token}"
    assert all(flag in flags for flag in ("HttpOnly", "SameSite=Strict", "Path=/_/"))
    others = "wildrydes_session_1=" + "x" * len(token)
    assert head_of(server, "/_/api/config", Cookie=f"{others}; {mine}")[0] == 200
    assert head_of(server, "/_/api/config", Cookie=others)[0] == 401


def test_what_the_browser_has_is_not_sent_again(server):
    status, headers, body = head_of(server, "/_/")
    assert status == 200 and body
    etag = headers["ETag"]
    for known in [etag, f'W/{etag}', f'"other", {etag}']:
        status, headers, body = head_of(server, "/_/", **{"If-None-Match": known})
        assert (status, headers["ETag"], body) == (304, etag, b"")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert head_of(server, "/_/", **{"If-None-Match": '"other"'})[0] == 200
