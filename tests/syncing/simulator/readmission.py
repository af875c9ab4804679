"""The person who lets a laptop in again that the centre does not know any more (ADR 22)."""

from collections.abc import Callable

from gridworker.storage import state
from sync.problem import CentreSaid, Kind, Remedy
from sync.round import RoundResult
from sync.transport import NoConnection
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.work import Worker


def is_needed(result: RoundResult | None) -> bool:
    """Say whether a round ended with what the program asks a person for."""
    failure = result.failure if result is not None else None
    return isinstance(failure, CentreSaid) and failure.remedy is Remedy.NEW_TOKEN


class Readmission:
    """Gives codes; `times` counts those by which a laptop became another device.

    A code whose answer was lost is typed in again, as a person would who holds it in the hand.
    """

    def __init__(self, host: CentreHost, tell: Callable[[str], None]) -> None:
        self.times = 0
        self._host, self._tell = host, tell
        self._given: dict[str, str] = {}

    def let_in(self, worker: Worker) -> str:
        """Fetch a code and type it in; returns what came of it."""
        login = worker.login
        code = self._given.setdefault(login, "") or self._host.centre.enrol_code(login)
        self._given[login] = code
        before = _device(worker)
        try:
            worker.laptop.enrol_anew(code)
        except NoConnection as lost:
            return f"{login}: enrolling anew: {lost}"
        except CentreSaid as said:
            if said.kind is Kind.AUTH:  # the centre was set back to before it gave the code
                del self._given[login]
            return f"{login}: enrolling anew: {said}"
        del self._given[login]
        assert _device(worker) != before
        self.times += 1
        return f"{login}: enrolled anew"


def _device(worker: Worker) -> str:
    with worker.laptop.read() as session:
        return state.get(session).device_id
