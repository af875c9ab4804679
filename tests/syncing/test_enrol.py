"""First contact: a code works once, a lost answer costs nothing."""

import pytest

from gridworker.wire import EnrolledUser, EnrolResponse
from sync import enrol
from sync.http import HttpTransport
from sync.problem import CentreSaid, Remedy
from sync.transport import NoConnection

WELCOME = EnrolResponse(
    device_id="d1", device_code="7K3M", region="330106",
    user=EnrolledUser("wg0101", "王建国", "grid_worker"), token="t", scopes=["user:wg0101"],
    epoch="e", server_id="s", server_key="k",
)  # fmt: skip


@pytest.fixture
def ask(small_server, tmp_path):
    server = small_server()
    server.transport = HttpTransport(server.url())

    def ask(code: str = "AB12-CD34"):
        attempt = enrol.begin(tmp_path, code)
        return enrol.enrol(
            server.transport, code=code, attempt=attempt, platform="linux", app="0.1"
        )

    ask.server = server
    return ask


def test_enrolling(ask, answers):
    ask.server.answer = lambda _: answers.genuine(WELCOME, status=201)
    assert ask() == WELCOME
    assert "authorization" not in ask.server.asked[0].headers
    assert "sync-epoch" not in ask.server.asked[0].headers


def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_device(ask, answers):
    lost = [answers.plain(200, b"<html>", {}), answers.problem("internal", 500)]
    ask.server.answer = lambda _: lost.pop(0) if lost else answers.genuine(WELCOME)
    assert ask() == WELCOME
    assert len({a.headers["idempotency-key"] for a in ask.server.asked}) == 1
    assert len({a.body for a in ask.server.asked}) == 1
    assert len(ask.server.asked) == 3


def test_a_kill_between_question_and_answer_costs_nothing(ask, answers):
    ask.server.answer = lambda _: answers.plain(200, b"", {})
    with pytest.raises(NoConnection):
        ask()
    ask.server.answer = lambda _: answers.genuine(WELCOME)
    ask()  # everything but the disk is new
    assert len({(a.headers["idempotency-key"], a.body) for a in ask.server.asked}) == 1


def test_another_code_is_another_attempt(tmp_path):
    first = enrol.begin(tmp_path, "AAAA")
    assert enrol.begin(tmp_path, " AAAA ") == first
    second = enrol.begin(tmp_path, "BBBB")
    assert second.key != first.key
    assert second.seed != first.seed


def test_the_device_key_does_not_lie_open_on_disk(tmp_path):
    attempt = enrol.begin(tmp_path, "AAAA")
    file = tmp_path / enrol.FILE
    assert attempt.seed not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_was_cut_off_is_a_new_attempt(tmp_path):
    first = enrol.begin(tmp_path, "AAAA")
    file = tmp_path / enrol.FILE
    file.write_bytes(file.read_bytes()[:-5])
    assert enrol.begin(tmp_path, "AAAA").key != first.key


def test_when_it_is_done_nothing_is_left(tmp_path):
    enrol.begin(tmp_path, "AAAA")
    enrol.finish(tmp_path)
    enrol.finish(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["code-invalid", "code-used", "code-expired"])
def test_a_code_that_does_not_work_is_told_at_once(ask, answers, name):
    ask.server.answer = lambda _: answers.problem(name, 403)
    with pytest.raises(CentreSaid) as error:
        ask()
    assert (error.value.name, error.value.remedy) == (name, Remedy.NEW_CODE)
    assert len(ask.server.asked) == 1


def test_a_centre_that_is_not_there_is_told_at_once(ask):
    ask.server.close()
    with pytest.raises(NoConnection) as error:
        ask()
    assert not error.value.reached
