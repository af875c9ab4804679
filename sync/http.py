"""HTTPS that nothing in the environment can lead astray (security.md T7, finding 6)."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError

from sync.address import read_address
from sync.deadline import Wire, pools
from sync.transport import CONNECTIONS, NoConnection, Reply, UnknownCertificate

CONNECT_SECONDS = 5.0
HANGINGS_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
IDLE_SECONDS = 45.0
BODILESS = frozenset({"GET", "HEAD"})
MOST_BYTES = 16 * 1024 * 1024
CHUNK = 64 * 1024


class HttpTransport:
    """One centre, reached over kept-alive connections, one for each request under way.

    `ca_pem` are the only authorities that count when given: neither the system's store nor a
    variable such as REQUESTS_CA_BUNDLE, SSL_CERT_FILE or HTTPS_PROXY is looked at. Without it the
    public authorities that came with `requests` count. Plain http is for loopback addresses only;
    anything else, also what is no address, raises PlainHttpRefused. With `lifetime` an answer may
    go on for so many seconds as long as something comes. For any thread.
    """

    def __init__(
        self, url: str, *, ca_pem: str | None = None, lifetime: float | None = None
    ) -> None:
        address = read_address(url)
        self.near, self._base = address.near, address.base
        self._wire = Wire(lifetime)
        # No session: it would ask the environment and keep what centres want remembered.
        self._adapter = (
            _Pinned(self._wire, trust(ca_pem))
            if self._base.startswith("https:")
            else _Timely(self._wire)
        )

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        timeout: float,
    ) -> Reply:
        """Send one request; redirects are not followed, the body is not inflated."""
        with self._asked(method, path, headers, body, timeout) as response:
            return Reply(
                response.status_code,
                {name.lower(): value for name, value in response.raw.headers.itermerged()},
                _body(response),
            )

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the lines of an answer as they come; it ends when the centre ends it.

        Raises NoConnection: also when nothing has come for `IDLE_SECONDS`, and for any status but
        200.
        """
        with self._asked("GET", path, headers, b"", IDLE_SECONDS) as response:
            if response.status_code != requests.codes.ok:
                raise NoConnection(reached=True)
            waiting = b""
            while chunk := response.raw.read1(CHUNK, decode_content=False):
                *whole, waiting = (waiting + chunk).split(b"\n")
                yield from whole

    @contextmanager
    def _asked(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout: float
    ) -> Iterator[requests.Response]:
        """Send a request; whatever goes wrong until its answer is read is a NoConnection."""
        if self._wire.ended:
            raise NoConnection
        try:
            with self._adapter.send(
                _prepared(method, self._base + path, headers, body),
                stream=True,
                timeout=(CONNECT_SECONDS, timeout),
            ) as response:
                yield response
        except requests.exceptions.SSLError as error:
            raise _refusal(error) from error
        except requests.exceptions.ConnectTimeout as error:
            raise NoConnection from error
        except requests.exceptions.Timeout as error:
            raise NoConnection("timeout", reached=True) from error
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            raise NoConnection(reached=not _never_connected(error)) from error

    def give_up(self) -> None:
        """End the requests under way, from any thread, and take no more."""
        self._wire.end()

    def close(self) -> None:
        """Close the connections; the next request opens another."""
        self._adapter.close()


def _prepared(
    method: str, url: str, headers: Mapping[str, str], body: bytes
) -> requests.PreparedRequest:
    """Return a request as it is sent; the address was read already, the headers are ours."""
    made = requests.PreparedRequest()
    made.method, made.url, made.body = method, url, body or None
    made.headers = CaseInsensitiveDict(headers)
    if method not in BODILESS:
        made.headers["Content-Length"] = str(len(body))
    return made


def trust(ca_pem: str | None) -> ssl.SSLContext:
    """Return a context that trusts `ca_pem` only (or the public authorities), TLS 1.2 or newer.

    Raises ValueError when `ca_pem` holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_pem is None:
        context.load_verify_locations(cafile=DEFAULT_CA_BUNDLE_PATH)
        return context
    try:  # what stands beside certificates may be in Chinese, which `ssl` does not take
        context.load_verify_locations(cadata=ca_pem.encode("ascii", "replace").decode())
    except ssl.SSLError as error:
        raise ValueError("no certificate in the file") from error
    return context


class _Timely(HTTPAdapter):
    """Keeps connections to one place, whose answers have a deadline.

    What the library works out for every request is the same for all of them here: which pool of
    connections it is for. No answer's cookies are looked at.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._pool: Any = None
        super().__init__(pool_connections=1, pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pools(self._wire)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> Any:
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(request, *args, **kwargs)
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        del proxies
        return request.path_url

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        made = requests.Response()
        made.status_code, made.raw, made.request = resp.status, resp, req
        return made

    def close(self) -> None:
        self._pool = None
        super().close()


class _Pinned(_Timely):
    """Uses our context and nothing else: the library would add its own authorities to it."""

    def __init__(self, wire: Wire, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(wire)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        del url, verify, cert
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


def _body(response: requests.Response) -> bytes:
    """Read the whole body; one that never ends is not the centre's."""
    chunks: list[bytes] = []
    size = 0
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise NoConnection("not_the_centre", reached=True)
    promised = response.raw.headers.get("content-length")
    if promised is not None and response.request.method != "HEAD" and size != int(promised):
        raise NoConnection(reached=True)
    return b"".join(chunks)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or one in found:
            continue
        found.append(one)
        inner = [a for a in (*one.args, getattr(one, "reason", None)) if isinstance(a, Exception)]
        waiting += [one.__cause__, one.__context__, *inner]
    return found


def _refusal(error: Exception) -> NoConnection:
    causes = _causes(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return UnknownCertificate()
    if any(isinstance(cause, HANGINGS_UP) for cause in causes):
        return NoConnection(reached=True)
    return NoConnection("no_secure_connection")


def _never_connected(error: BaseException) -> bool:
    names = {"NewConnectionError", "NameResolutionError", "ConnectionRefusedError", "gaierror"}
    return any(type(cause).__name__ in names for cause in _causes(error))
