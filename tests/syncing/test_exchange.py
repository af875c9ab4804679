"""What goes out with every request, and which answers are taken for the centre's."""

import gzip

import msgspec
import pytest

from gridworker import encodings
from gridworker.wire import PullRequest, PullResponse, content_digest
from sync.exchange import Exchange, NotTheCentre, patience
from sync.http import HttpTransport
from sync.problem import CentreSaid
from sync.tokens import rotate
from sync.transport import Reply

PULL = "/v1/sync/pull"
EMPTY = PullResponse(scopes={}, changes=[], cursors={}, more=False, reset=[])
ASK = msgspec.json.encode(PullRequest({}))


class Far:
    """The same connection, as if the centre were not on this machine."""

    near = False

    def __init__(self, inner: HttpTransport) -> None:
        self._inner = inner

    def send(self, *args, **kwargs) -> Reply:
        return self._inner.send(*args, **kwargs)


@pytest.fixture
def server(small_server):
    return small_server()


@pytest.fixture
def exchange(server, answers):
    return Exchange(HttpTransport(server.url()), token="secret", epoch=answers.epoch, acked=7)


def far(server, answers, **changes):
    return Exchange(
        Far(HttpTransport(server.url())), token="secret", epoch=answers.epoch, **changes
    )


def test_every_request_says_who_asks_and_from_when(server, answers):
    heard: list[int] = []
    exchange = Exchange(
        HttpTransport(server.url()), token="secret", epoch=answers.epoch, acked=7,
        heard=heard.append,
    )  # fmt: skip
    server.answer = lambda _: answers.genuine(
        EMPTY, Sync_Acked_Seq="5", Sync_Server_Time="1778580000123"
    )
    assert exchange.ask(PULL, ASK, PullResponse) == EMPTY
    headers = server.asked[0].headers
    assert headers["authorization"] == "Bearer secret"
    assert (headers["sync-protocol"], headers["sync-epoch"]) == ("1", answers.epoch)
    assert headers["sync-acked-seq"] == "7"
    assert headers["content-digest"] == content_digest(server.asked[0].body)
    assert len(headers["sync-request-id"]) == 36
    assert exchange.said_acked == 5
    assert 1778580000123 <= heard[0] <= 1778580000123 + 2500


@pytest.mark.parametrize("text", ["", "-5", "5.0", "\u00b2", "9" * 5000], ids=lambda t: t[:4])
def test_a_number_that_is_none_is_not_heard(server, answers, text):
    heard: list[int] = []
    exchange = Exchange(
        HttpTransport(server.url()), token="secret", epoch=answers.epoch, heard=heard.append
    )
    server.answer = lambda _: answers.genuine(
        EMPTY, Sync_Acked_Seq=text, Sync_Server_Time=text, Retry_After=text
    )
    assert exchange.ask(PULL, ASK, PullResponse) == EMPTY
    assert exchange.said_acked is None
    assert heard == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a._replace(body=b"<html>Please log in</html>", headers={}),
        lambda a: a._replace(body=b"<html>Please log in</html>"),
        lambda a: a._replace(body=a.body[:-1]),
        lambda a: a._replace(headers={"Sync-Epoch": a.headers["Sync-Epoch"]}),
        lambda a: a._replace(headers={"Content-Digest": a.headers["Content-Digest"]}),
        lambda a: a._replace(status=503, headers={}),
        lambda a: a._replace(headers={**a.headers, "Sync-Epoch": "ffff"}),
        lambda a: a._replace(headers={**a.headers, "Content-Encoding": "gzip"}),
    ],
    ids=["portal", "html", "short", "no-digest", "no-epoch", "503", "other-epoch", "not-gzip"],
)
def test_what_is_not_the_centres_is_a_network_error(exchange, server, answers, spoil):
    server.answer = lambda _: spoil(answers.genuine(EMPTY))
    with pytest.raises(NotTheCentre):
        exchange.ask(PULL, ASK, PullResponse)


def test_another_shape_is_not_the_centres_either(exchange, server, answers):
    server.answer = lambda _: answers.genuine({"changes": 7})
    with pytest.raises(NotTheCentre):
        exchange.ask(PULL, ASK, PullResponse)


def test_unknown_keys_of_a_newer_centre_are_ignored(exchange, server, answers):
    server.answer = lambda _: answers.genuine({**msgspec.to_builtins(EMPTY), "newer": 1})
    assert exchange.ask(PULL, ASK, PullResponse) == EMPTY


def test_a_compressed_answer_is_inflated_after_its_digest_was_checked(exchange, server, answers):
    packed = gzip.compress(msgspec.json.encode(EMPTY))
    server.answer = lambda _: answers.genuine(raw=packed, Content_Encoding="gzip")
    assert exchange.ask(PULL, ASK, PullResponse) == EMPTY
    cut = gzip.compress(msgspec.json.encode(EMPTY))[:-8]
    server.answer = lambda _: answers.genuine(raw=cut, Content_Encoding="gzip")
    with pytest.raises(NotTheCentre):
        exchange.ask(PULL, ASK, PullResponse)


def meta_of(encodings):
    return {
        "protocol": {"min": 1, "max": 1}, "op_types": {}, "schemas": {}, "limits": {},
        "encodings": encodings, "epoch": "e", "server_time": 1, "server_id": "s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(["gzip", "zstd"], "zstd"), (["gzip"], "gzip"), (["br"], None), ([], None)],
)
def test_large_bodies_are_compressed_as_the_centre_offers_it(server, answers, offered, chosen):
    def answer(asked):
        if asked.path == "/v1/meta":
            return answers.genuine(meta_of(offered))
        return answers.genuine(EMPTY)

    server.answer = answer
    exchange = far(server, answers)
    body = msgspec.json.encode(PullRequest({f"grid:{n}": n for n in range(200)}))
    exchange.ask(PULL, body, PullResponse)
    exchange.ask(PULL, body, PullResponse)
    exchange.ask(PULL, ASK, PullResponse)
    meta, first, second, small = server.asked
    assert meta.path == "/v1/meta"
    for asked in (first, second):
        assert asked.headers.get("content-encoding") == chosen
        plain = encodings.inflate(chosen, asked.body, most=len(body)) if chosen else asked.body
        assert plain == body
        assert asked.headers["content-digest"] == content_digest(asked.body)
    assert small.body == ASK


def test_nothing_is_compressed_for_a_centre_on_this_machine(exchange, server, answers):
    server.answer = lambda _: answers.genuine(EMPTY)
    exchange.ask(PULL, ASK + b" " * 5000, PullResponse)
    assert "content-encoding" not in server.asked[0].headers
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_unsupported_encoding_is_sent_again_plain(server, answers):
    def answer(asked):
        if asked.path == "/v1/meta":
            return answers.genuine(meta_of(["gzip"]))
        if "content-encoding" in asked.headers:
            return answers.problem("unsupported-encoding", 415)
        return answers.genuine(EMPTY)

    server.answer = answer
    body = ASK + b" " * 5000
    assert far(server, answers).ask(PULL, body, PullResponse) == EMPTY
    assert server.asked[-1].body == body


def test_a_body_that_was_made_ready_goes_as_it_is_unless_the_centre_takes_another(server, answers):
    offered = ["gzip"]

    def answer(asked):
        if asked.path == "/v1/meta":
            return answers.genuine(meta_of(offered))
        if "content-encoding" in asked.headers and not offered:
            return answers.problem("unsupported-encoding", 415)
        return answers.genuine(EMPTY)

    server.answer = answer
    exchange, body = far(server, answers), ASK + b" " * 5000
    early = exchange.ready(body)
    assert (early.encoding, early.sent) == (None, body)
    exchange.ask(PULL, early, PullResponse)
    ready = exchange.ready(body)
    assert (ready.encoding, ready.digest) == ("gzip", content_digest(ready.sent))
    assert server.asked[-1].body == ready.sent
    exchange.ask(PULL, ready, PullResponse)
    assert server.asked[-1].body == ready.sent
    assert server.asked[-1].headers["content-digest"] == ready.digest
    assert exchange.ready(ASK).encoding is None
    offered.clear()
    assert exchange.ask(PULL, ready, PullResponse) == EMPTY
    assert server.asked[-1].body == body


def test_a_problem_is_raised_with_its_extensions(exchange, server, answers):
    server.answer = lambda _: answers.problem("seq-gap", 409, expected=12)
    with pytest.raises(CentreSaid) as error:
        exchange.ask(PULL, ASK, PullResponse)
    assert (error.value.name, error.value.problem.expected) == ("seq-gap", 12)


def test_patience_grows_with_what_is_sent():
    assert patience(b"") == 30
    assert patience(bytes(1_000_000)) == 40


def test_a_new_token_is_kept_before_it_is_used_and_a_lost_answer_changes_nothing(
    exchange, server, answers
):
    kept: list[str] = []
    server.answer = lambda _: answers.plain(200, b"<html>", {})
    with pytest.raises(NotTheCentre):
        rotate(exchange, kept.append)
    assert (kept, exchange.token) == ([], "secret")
    server.answer = lambda _: answers.genuine({"token": "next"})
    rotate(exchange, kept.append)
    assert (kept, exchange.token) == (["next"], "next")
    assert [a.headers["authorization"] for a in server.asked] == ["Bearer secret"] * 2
