"""The calls to Tencent's APIs: connections, errors, and what the keys must be allowed."""

from __future__ import annotations

import datetime as dt
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, get_args

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tencentcloud.scf.v20180416 import errorcodes
from urllib3.util import connection as pool

from coslocal.cam.access import Asked
from coslocal.server import LocalServer
from deploy.api import advice
from deploy.api.advice import next_step
from deploy.api.certificates import believe_certificates
from deploy.api.ci import Ci
from deploy.api.client import TencentApi
from deploy.api.connection import ADVICE, Kind
from deploy.api.permissions import PERMISSIONS, Command, needed_by
from deploy.bucket.settings import check_bucket
from deploy.configuration.environment import Access, api_domain
from deploy.errors import (
    CredentialsRefused,
    DeployError,
    NoAnswer,
    NotPermitted,
    RequestFailed,
    WrongConfiguration,
)
from shared.cloud import Cloud, open_session
from shared.settings.load import Credentials
from tests.support.deployed import invoker
from tests.support.deployments import DEPLOYER, Deployment
from tests.support.networks import cutting, proxy_page, serving
from tests.support.serverless_yml import ROOT
from tests.support.tencent_api.schema import SERVICES, error_codes

# Why a connection failed, without a quotation, and which certificates are believed.


KEYS = Credentials("AKIDinvented", "invented", None)
PASSWORD = "password-of-the-proxy"
BUCKET = "cards-1250000000"

Ask = Callable[[], object]


def of_the_api(domain: str = "tencentcloudapi.com") -> object:
    api = TencentApi(Access("ap-guangzhou", KEYS, None, domain), seconds=0.2)
    return api.call("sts", "GetCallerIdentity", {}).text("AccountId")


def of_cos() -> None:
    check_bucket(Cloud("ap-guangzhou", KEYS, open_session(None)), BUCKET)


def of_ci() -> object:
    cloud = Cloud("ap-guangzhou", KEYS, open_session(None))
    return Ci(cloud.idempotent, "ap-guangzhou", BUCKET).binding()


ASK: dict[str, Ask] = {"the API": of_the_api, "COS": of_cos, "CI": of_ci}


class Answer(BaseHTTPRequestHandler):
    """Says who the caller is, to whatever is asked."""

    def do_POST(self) -> None:
        self.server.hosts.append(self.headers["Host"])  # type: ignore[attr-defined]
        body = b'{"Response":{"AccountId":"100000000001","RequestId":"r"}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> Path:
    """Write a certificate for Tencent's hosts that nobody has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented")])
    now = dt.datetime.now(dt.timezone.utc)
    names = ["*.tencentcloudapi.com", "*.intl.tencentcloudapi.com"]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), False)  # noqa: FBT003
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)  # noqa: FBT003
        .sign(key, hashes.SHA256())
    )
    path = folder / "invented.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def listening(wrap: Callable[[socket.socket], socket.socket]) -> Iterator[HTTPServer]:
    """Serve `Answer` on loopback."""
    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.hosts = []  # type: ignore[attr-defined]
    server.socket = wrap(server.socket)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that left
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lead_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Have every connection go to a port of this machine, whatever host it is for."""
    connect = pool.create_connection
    monkeypatch.setattr(
        pool,
        "create_connection",
        lambda _address, *rest, **options: connect(("127.0.0.1", port), *rest, **options),
    )


@pytest.fixture(autouse=True)
def _a_network_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("shared.cloud.READ_SECONDS", 0.2)


def told(ask: Ask) -> str:
    """What is said of a connection that fails."""
    with pytest.raises(DeployError) as failed:
        ask()
    return str(failed.value)


def is_said(ask: Ask, kind: Kind) -> None:
    text = told(ask)
    assert text.endswith(ADVICE[kind]), text
    assert "Errno" not in text
    assert "0x" not in text


asks = pytest.mark.parametrize("ask", ASK.values(), ids=ASK)


@asks
def test_a_certificate_that_is_not_accepted_is_said_to_be_so(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with listening(lambda plain: context.wrap_socket(plain, server_side=True)) as server:
        lead_to(monkeypatch, server.server_address[1])
        is_said(ask, "certificate")


@asks
def test_a_host_without_an_address_is_said_to_be_so(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_address: Any, **_options: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    is_said(ask, "DNS")


@asks
def test_a_refused_connection_is_said_to_be_so(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    lead_to(monkeypatch, port)
    is_said(ask, "refused")


@asks
def test_an_answer_that_does_not_come_in_time_is_said_to_be_so(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lead_to(monkeypatch, silent.getsockname()[1])
        monkeypatch.setattr("shared.cloud.CONNECT_SECONDS", 0.2)
        is_said(ask, "time-out")


def test_a_proxys_password_is_quoted_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{port}")
    text = told(of_the_api)
    assert text.endswith(ADVICE["proxy"])
    assert PASSWORD not in text


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://a", "http://", "a b:c"])
def test_a_proxy_that_can_not_be_used_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert told(of_the_api).endswith(ADVICE["proxy"])


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("domain", ["tencentcloudapi.com", "intl.tencentcloudapi.com"])
def test_a_certificate_that_is_named_is_believed_and_the_domain_is_the_settings(
    name: str, domain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    environ = {name: str(path)}
    believe_certificates(environ)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", environ["REQUESTS_CA_BUNDLE"])
    with listening(lambda plain: context.wrap_socket(plain, server_side=True)) as server:
        lead_to(monkeypatch, server.server_address[1])
        assert of_the_api(domain) == "100000000001"
        assert server.hosts == [f"sts.{domain}"]  # type: ignore[attr-defined]


def test_a_certificate_that_is_not_there_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(WrongConfiguration, match=r"SSL_CERT_FILE: is .* no such file"):
        believe_certificates({"SSL_CERT_FILE": str(tmp_path / "none.pem")})


@pytest.mark.parametrize(
    "domain",
    ["tencentcloudapi.com", "intl.tencentcloudapi.com", "ap-shanghai-fsi.tencentcloudapi.com"],
)
def test_a_domain_of_tencents_is_taken(domain: str) -> None:
    assert api_domain({"TENCENTCLOUD_API_DOMAIN": domain}) == domain


@pytest.mark.parametrize(
    "domain", ["example.com", "tencentcloudapi.com.example", "x.y.tencentcloudapi.com", "https://a"]
)
def test_keys_are_sent_to_no_other_domain(domain: str) -> None:
    with pytest.raises(WrongConfiguration, match=r"write tencentcloudapi\.com, intl\."):
        api_domain({"TENCENTCLOUD_API_DOMAIN": domain})


# What becomes of the SDK's exceptions, and of replies that are none of the API's.


JSON = "application/json"
Headers = list[tuple[str, str]]


def failure(body: bytes, status: str = "200 OK", kind: str = JSON) -> RequestFailed:
    """The error that is made of a reply."""

    def app(_environ: Any, start_response: Callable[[str, Headers], object]) -> list[bytes]:
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    server = LocalServer()
    server.serve(app)
    try:
        with pytest.raises(RequestFailed) as failed:
            TencentApi(Access("ap-guangzhou", KEYS, server.url)).call(
                "scf", "GetFunction", {"FunctionName": "f"}
            )
    finally:
        server.stop()
    return failed.value


def error(code: str, message: str = "no") -> bytes:
    text = f'{{"Response":{{"Error":{{"Code":"{code}","Message":"{message}"}},"RequestId":"r-1"}}}}'
    return text.encode()


kinds = pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=utf-8"])


@kinds
def test_an_error_is_told_in_the_apis_words_whatever_its_content_type(kind: str) -> None:
    failed = failure(error("FailedOperation", "Something is wrong."), kind=kind)
    told = "scf:GetFunction failed: FailedOperation, Something is wrong (RequestId r-1); look the "
    assert str(failed).startswith(told)


@kinds
@pytest.mark.parametrize("response", ["null", '"text"', "[1]", "7", '{"Error":"text"}'])
def test_a_reply_of_another_form_is_no_answer(kind: str, response: str) -> None:
    failed = failure(f'{{"Response":{response}}}'.encode(), kind=kind)
    assert str(failed).startswith("scf:GetFunction failed: no answer (UnreadableReply)")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("200 OK", error("AuthFailure.TokenFailure"), CredentialsRefused),
        ("200 OK", error("AuthFailure.UnauthorizedOperation"), NotPermitted),
        ("200 OK", error("UnauthorizedOperation.CAM"), NotPermitted),
        ("200 OK", error("InternalError"), RequestFailed),
        ("502 Bad Gateway", b"<html>", NoAnswer),
        ("200 OK", b"<html>", NoAnswer),
        ("200 OK", b"{}", NoAnswer),
    ],
)
def test_each_kind_of_failure_is_an_error_of_its_own(
    status: str, body: bytes, expected: type[RequestFailed]
) -> None:
    failed = failure(body, status)
    assert type(failed) is expected
    assert "html" not in str(failed)


def test_a_reply_that_is_cut_in_the_middle_is_no_answer() -> None:
    with (
        serving(cutting(proxy_page)) as url,
        pytest.raises(NoAnswer, match=r"no answer \(UnreadableReply\)"),
    ):
        TencentApi(Access("ap-guangzhou", KEYS, url)).call("sts", "GetCallerIdentity", {})


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert "FailedOperation, told" in str(failure(error("FailedOperation", "told")))


def codes() -> list[str]:
    """Every Code that SCF's list in the SDK has."""
    return [value for name, value in vars(errorcodes).items() if name.isupper()]


def test_every_refusal_ends_with_what_to_do() -> None:
    verbs = ("look", "run", "wait", "open", "delete", "lower", "it is", "the role", "the API key's")
    for code in codes():
        assert next_step("scf:CreateFunction", code).startswith(verbs), code


def test_every_row_of_the_advice_is_a_code_that_the_sdk_knows() -> None:
    lists = [error_codes(service) for service in SERVICES]
    known = {code for codes in lists for code in codes}
    families = {code.partition(".")[0] for code in known} | {"AuthFailure", "RequestLimitExceeded"}
    for row in advice._STEPS:  # noqa: SLF001 — its rows are what is held here
        assert row.rpartition(" ")[2] in known | families, row


@pytest.mark.parametrize("end", ["FunctionStatus", "Region", "Role"])
def test_not_every_unauthorised_operation_is_a_denial_of_cams(end: str) -> None:
    assert "lacks" not in next_step("scf:CreateFunction", f"UnauthorizedOperation.{end}")


def test_what_cam_denies_names_cams_action() -> None:
    assert str(failure(error("UnauthorizedOperation"))).endswith(
        "the API key's owner lacks scf:GetFunction: docs/roles.md lists what the key needs"
    )
    assert "scf:InvokeFunction" in next_step("scf:Invoke", "UnauthorizedOperation.CAM")


# What a deployer's keys must be allowed is what the commands call for, both ways.


def test_deploying_asks_for_what_is_listed_and_nothing_else(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    asked: list[Asked] = []
    deployment.cloud.access.assume("owner", DEPLOYER.secret_id)
    deployment.cloud.access.on_call = asked.append
    deployment.api.account.invoke = invoker(tmp_path)
    # Given every kind of change there is
    deployment.deployed()
    deployment.package("second")
    functions = deployment.document["functions"]
    del functions["callback"]["concurrency"]
    functions["callback"]["retries"] = 1
    functions["sweep"]["events"][0]["timer"]["cron"] = "0 */3 * * * * *"
    deployment.environ["CALLBACK_SECRET"] = "another-invented-secret-of-32-characters"
    deployment.set_prefix("uploads/new/")
    deployment.deployed()
    deployment.deployed("info")
    deployment.deployed("logs", "--function", "sweep")
    deployment.run("invoke", "--function", "sweep")
    deployment.deployed("remove")
    # Then its calls are those of the list
    calls = {f"{call.service}:{call.action}" for call in deployment.api.calls}
    calls |= {one.call.action for one in asked}
    assert calls == {row.request for row in (*needed_by("deploy"), *needed_by("look"))}


def test_a_request_has_one_row_and_every_row_is_some_commands() -> None:
    requests = [row.request for row in PERMISSIONS]
    assert len(requests) == len(set(requests))
    assert all(row.commands for row in PERMISSIONS)
    assert {name for row in PERMISSIONS for name in row.commands} == set(get_args(Command))


def test_no_page_calls_it_by_the_apis_name() -> None:
    names = re.compile(r"scf:Invoke(?!Function)")
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md"]
    wrong = {
        path.name: names.findall(text)
        for path in pages
        if names.search(text := path.read_text(encoding="utf-8").replace("`scf:Invoke` |", ""))
    }
    assert wrong == {}
