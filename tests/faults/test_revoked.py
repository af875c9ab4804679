"""Scenario 13: a device is suspended in the middle of a sync, and admitted again."""

import pytest

from gridworker.domain.times import utc_text
from gridworker.storage import state
from sync.http import HttpTransport
from tests.syncing.simulator import work

pytestmark = pytest.mark.timeout(180)
ROWS = 230  # more than the first page of a laptop that begins anew
SUSPENDED = "sync_device_suspended"
OK = 200


class Turning(HttpTransport):
    """Lets something happen between two requests; `asked` are all that were sent since."""

    after, happens = ("", "", 0), None

    def __init__(self, url):
        super().__init__(url)
        self.asked = []

    def turn(self, method, path, times, happens):
        """Let it happen before a request that begins like this, once so many were answered."""
        self.after, self.happens = (method, path, times), happens
        self.asked.clear()

    def send(self, method, path, headers, body=b"", *, timeout):
        wanted, beginning, times = self.after
        alike = [s for m, p, s in self.asked if m == wanted and p.startswith(beginning)]
        if (
            self.happens is not None
            and (method, path[: len(beginning)]) == (wanted, beginning)
            and alike.count(OK) == times
        ):
            happens, self.happens = self.happens, None
            happens()
        reply = super().send(method, path, headers, body, timeout=timeout)
        self.asked.append((method, path, reply.status))
        return reply


@pytest.fixture
def one(new_laptop):
    return new_laptop("wg0101", Turning)


@pytest.fixture
def suspend(centre, one):
    with one.laptop.read() as session:
        device = state.get(session).device_id
    return lambda verb="suspend": centre.office("device", verb, device)


def test_between_two_pages(centre, one, new_laptop, suspend, all_is_well):
    colleague = new_laptop("wg0102")
    for _ in range(ROWS):
        at = utc_text(colleague.laptop.clock.now())
        args = {"result": "normal", **colleague._place(), "at": at}
        colleague._write("patrol_record.create@1", "patrol_record", args, [])
    assert colleague.laptop.engine.round().failure is None
    centre.office("restored")  # so that the laptop begins anew, in more than one page
    one.record()
    one.laptop.transport.turn("POST", "/v1/sync/pull", 1, suspend)

    assert one.laptop.engine.round().failure.code == SUSPENDED

    kept = one.laptop.rows("SELECT count(*) FROM base")[0][0]
    assert 0 < kept < ROWS
    one.report_with_photo()
    assert one.laptop.engine.round().failure.code == SUSPENDED
    assert one.laptop.rows("SELECT count(*) FROM base")[0][0] == kept
    suspend("readmit")
    all_is_well(one, colleague)
    assert one.laptop.rows("SELECT count(*) FROM base")[0][0] > ROWS


def test_between_the_beginning_and_the_rest_of_a_photo(centre, one, suspend, all_is_well):
    photo = one._dice.random.randbytes(work.LARGE)
    one._bytes = lambda: photo
    one.report_with_photo()
    one.laptop.transport.turn("PATCH", "/v1/blobs/", 0, suspend)

    assert one.laptop.engine.round().failure.code == SUSPENDED

    assert one.laptop.engine.round().failure.code == SUSPENDED
    one.laptop.transport.turn("", "", 0, None)
    suspend("readmit")
    all_is_well(one)
    asked = [method for method, path, _ in one.laptop.transport.asked if "/v1/blobs" in path]
    assert asked == ["HEAD", "PATCH"], "the first part was sent again"
    assert (centre.blobs / work.sha256(photo)).read_bytes() == photo
