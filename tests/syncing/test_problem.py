"""Every row of sync.md 4.13 has its remedy, and what is not known is treated by its class."""

import msgspec
import pytest

from gridworker.wire import Problem
from sync.problem import TABLE, CentreSaid, Kind, Remedy, read_problem, retry_after
from sync.transport import Reply

ROWS = [
    ("overloaded", 503, "transport", "obey"),
    ("overloaded", 429, "transport", "obey"),
    ("maintenance", 503, "transport", "obey"),
    ("internal", 500, "transport", "one_by_one"),
    ("storage-full", 507, "transport", "pause_photos"),
    ("code-invalid", 403, "auth", "new_code"),
    ("code-used", 403, "auth", "new_code"),
    ("code-expired", 403, "auth", "new_code"),
    ("token-expired", 401, "auth", "new_token"),
    ("device-suspended", 401, "auth", "lock"),
    ("device-wiped", 410, "auth", "wipe"),
    ("scope-denied", 403, "auth", "hand_in"),
    ("device-mismatch", 403, "auth", "diagnose"),
    ("epoch-changed", 409, "flow", "forget"),
    ("seq-gap", 409, "flow", "rewind"),
    ("device-forked", 409, "flow", "enrol_again"),
    ("client-too-old", 426, "version", "drain"),
    ("unsupported-encoding", 415, "request", "send_plain"),
    ("too-large", 413, "request", "halve"),
    ("malformed", 400, "bug", "stop_push"),
    ("of-a-newer-centre", 500, "transport", "one_by_one"),
    ("of-a-newer-centre", 503, "transport", "obey"),
    ("of-a-newer-centre", 403, "auth", "diagnose"),
    ("of-a-newer-centre", 418, "bug", "stop_push"),
]


def said(name: str, status: int, **headers: str) -> CentreSaid:
    body = msgspec.json.encode({"type": f"urn:gsp:problem:{name}", "title": name, "status": status})
    found = {"content-type": "application/problem+json", **headers}
    return read_problem(Reply(status, found, body), body)


@pytest.mark.parametrize(("name", "status", "kind", "remedy"), ROWS)
def test_each_problem_has_its_remedy(name, status, kind, remedy):
    problem = said(name, status)
    assert (problem.kind, problem.remedy) == (kind, remedy)


def test_the_table_has_no_row_that_is_not_tested():
    assert set(TABLE) == {row[0] for row in ROWS} - {"of-a-newer-centre"}
    assert {remedy for _, remedy in TABLE.values()} == set(Remedy)


def test_a_problem_without_details_counts_by_its_status():
    problem = read_problem(Reply(503, {"retry-after": "7"}, b"<html>"), b"<html>")
    assert (problem.kind, problem.wait) == (Kind.TRANSPORT, 7.0)
    broken = read_problem(Reply(500, {"content-type": "application/problem+json"}, b"{"), b"{")
    assert broken.remedy is Remedy.ONE_BY_ONE


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30.0), ("999999999", 86400.0), ("soon", None), ("-1", None), ("٣", None), ("", None)],
)
def test_how_long_the_centre_asks_us_to_wait(text, seconds):
    assert retry_after({"retry-after": text}) == seconds


def test_words_are_named_by_code():
    assert said("device-suspended", 401).code == "sync_device_suspended"
    assert CentreSaid(Problem("urn:gsp:problem:new", "", 418)).code == "sync_unexpected"
