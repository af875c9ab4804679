"""The seven cases of security.md T7, against real servers, with a hostile environment."""

import socket
import ssl
import struct
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.address import is_loopback
from sync.http import HttpTransport
from sync.late import LateTransport
from sync.transport import NoConnection, PlainHttpRefused, UnknownCertificate

KINDS = (HttpTransport, LateTransport)


class Authority:
    """A private certification authority."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._build(self.name, self.key.public_key(), ca=True, days=30)
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _build(self, subject, public, *, ca, days, names=()):
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, folder: Path, *, host: str = "127.0.0.1", days: int = 30) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        is_address = host.replace(".", "").isdigit()
        alternative = x509.IPAddress(ip_address(host)) if is_address else x509.DNSName(host)
        leaf = self._build(name, key.public_key(), ca=False, days=days, names=[alternative])
        file = folder / f"{self.certificate.serial_number}-{leaf.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture(scope="module")
def ours():
    return Authority("district")


@pytest.fixture(scope="module")
def forged():
    return Authority("attacker")


@pytest.fixture
def hostile(monkeypatch, tmp_path, forged):
    """The attacker owns every variable that libraries look at."""
    bundle = tmp_path / "attacker.pem"
    bundle.write_text(forged.pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


def ask(url: str, ca: str | None):
    transport = HttpTransport(url, ca_pem=ca)
    try:
        return transport.send("GET", "/v1/meta", {}, timeout=5)
    finally:
        transport.close()


@pytest.mark.usefixtures("hostile")
def test_our_own_authority_is_accepted_and_the_environment_does_not_matter(
    small_server, tmp_path, ours
):
    server = small_server(ours.server(tmp_path))
    assert ask(server.url("https"), ours.pem).status == 200
    assert server.asked[0].path == "/v1/meta"


def test_what_stands_beside_a_certificate_may_be_chinese(small_server, tmp_path, ours):
    server = small_server(ours.server(tmp_path))
    assert ask(server.url("https"), f"区中心的证书\n{ours.pem}").status == 200


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("pinned", [True, False])
def test_a_forged_server_is_refused_although_the_environment_trusts_it(
    small_server, tmp_path, ours, forged, pinned
):
    server = small_server(forged.server(tmp_path))
    with pytest.raises(UnknownCertificate):
        ask(server.url("https"), ours.pem if pinned else None)
    assert server.asked == []


def test_the_name_must_be_the_one_that_was_asked_for(small_server, tmp_path, ours):
    server = small_server(ours.server(tmp_path, host="other.example"))
    with pytest.raises(UnknownCertificate):
        ask(server.url("https"), ours.pem)
    assert server.asked == []


def test_an_expired_certificate_is_refused(small_server, tmp_path, ours):
    server = small_server(ours.server(tmp_path, days=-1))
    with pytest.raises(UnknownCertificate):
        ask(server.url("https"), ours.pem)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_tls_1_1_is_refused(small_server, tmp_path, ours):
    context = ours.server(tmp_path)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    server = small_server(context)
    with pytest.raises(NoConnection):
        ask(server.url("https"), ours.pem)
    assert server.asked == []


@pytest.mark.parametrize("linger", [None, struct.pack("ii", 1, 0)], ids=["ended", "reset"])
def test_who_hangs_up_in_the_handshake_is_not_there(linger):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            met, _ = listener.accept()
            met.recv(1)
            if linger:
                met.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            met.close()

        meeting = threading.Thread(target=hang_up)
        meeting.start()
        with pytest.raises(NoConnection) as lost:
            ask(f"https://127.0.0.1:{listener.getsockname()[1]}", None)
        meeting.join()
    assert (lost.value.code, lost.value.reached) == ("no_connection", True)


def test_a_second_authority_may_be_pinned_for_a_change_of_authorities(small_server, tmp_path, ours):
    successor = Authority("district, next")
    server = small_server(successor.server(tmp_path))
    assert ask(server.url("https"), ours.pem + successor.pem).status == 200


def test_nothing_but_the_given_authority_is_trusted_even_after_a_handshake(
    small_server, tmp_path, ours
):
    server = small_server(ours.server(tmp_path))
    transport = HttpTransport(server.url("https"), ca_pem=ours.pem)
    transport.send("GET", "/v1/meta", {}, timeout=5)
    context = transport._adapter._context
    assert [dict(c["subject"][0])["commonName"] for c in context.get_ca_certs()] == ["district"]
    transport.close()


def test_a_file_without_a_certificate_is_refused_at_once():
    with pytest.raises(ValueError, match="no certificate"):
        HttpTransport("https://centre.example", ca_pem="not a certificate")


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:80",
        "http://centre.example",
        "ftp://127.0.0.1",
        "127.0.0.1:80",
        "https://",
        "https://[::1",
        "",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_plain_http_is_for_this_machine_only(url, kind):
    with pytest.raises(PlainHttpRefused):
        kind(url)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_which_addresses_are_this_machine(host, near):
    assert is_loopback(host) is near


def test_nobody_listens(small_server):
    server = small_server()
    server.close()
    with pytest.raises(NoConnection) as error:
        ask(server.url(), None)
    assert (error.value.code, error.value.reached) == ("no_connection", False)


def test_redirects_are_answers_not_orders(small_server, answers):
    server = small_server()
    server.answer = lambda _: answers.plain(302, b"", {"Location": "http://10.9.9.9/login"})
    assert ask(server.url(), None).status == 302
    assert len(server.asked) == 1


def test_a_body_shorter_than_promised_is_no_answer(small_server, answers):
    server = small_server()
    server.answer = lambda _: answers.plain(
        200, b"{", {"Content-Length": "2000", "Connection": "close"}
    )
    with pytest.raises(NoConnection):
        HttpTransport(server.url()).send("GET", "/", {}, timeout=0.5)


@pytest.mark.parametrize("missing", [1, 2, 4, 20])
def test_a_head_that_was_cut_off_is_no_answer(missing):
    head = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nUpload-Offset: 300000\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            met, _ = listener.accept()
            with met:
                met.recv(4096)
                met.sendall(head[:-missing])

        meeting = threading.Thread(target=answer)
        meeting.start()
        with pytest.raises(NoConnection) as lost:
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}", None)
        meeting.join()
    assert lost.value.reached


@pytest.mark.parametrize("kind", KINDS)
def test_one_connection_serves_many_requests(small_server, kind):
    server = small_server()
    transport = kind(server.url())
    for _ in range(3):
        transport.send("POST", "/v1/sync/pull", {"A": "b"}, b"{}", timeout=5)
    assert [len({a.peer for a in server.asked}), len(server.asked)] == [1, 3]
    transport.close()


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_request_under_way_can_be_ended_by_another_thread(
    small_server, tmp_path, ours, answers, secure, kind
):
    server = small_server(ours.server(tmp_path) if secure else None)
    arrived, may_answer = threading.Event(), threading.Event()

    def answer(_):
        arrived.set()
        may_answer.wait(20)
        return answers.plain(200, b"", {})

    server.answer = answer
    transport = kind(server.url("https" if secure else "http"), ca_pem=ours.pem)
    ended: list[str] = []

    def ask_for_long() -> None:
        with pytest.raises(NoConnection) as error:
            transport.send("POST", "/v1/sync/push", {}, b"{}", timeout=30)
        ended.append(error.value.code)

    thread = threading.Thread(target=ask_for_long)
    thread.start()
    assert arrived.wait(20)
    transport.give_up()
    thread.join(5)
    assert ended == ["no_connection"]
    with pytest.raises(NoConnection):
        transport.send("GET", "/v1/meta", {}, timeout=5)
    may_answer.set()
    transport.close()


def test_who_gave_up_before_the_first_request_sends_none(small_server):
    server = small_server()
    transport = LateTransport(server.url())
    transport.give_up()
    with pytest.raises(NoConnection):
        transport.send("GET", "/v1/meta", {}, timeout=5)
    transport.close()
    assert server.asked == []
