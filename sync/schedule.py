"""When to try again and how much to send: pure arithmetic over a random source (sync.md 4.14)."""

from random import Random

from gridworker.wire import MAX_OPS
from sync.problem import CentreSaid, Failure, Kind, Remedy

FIRST_WAIT = 2.0
LONGEST_WAIT = 15 * 60.0
LEAST_WAIT = 0.2
POLL = 60.0
AUTH_WAIT = 15 * 60.0
QUICK = 2.0
FIRST_BATCH = 100
NEXT_DOOR = 0.5
FEW = 4
EQUAL_FAILURES = 5


class BackOff:
    """How long to wait after failures: full jitter below a ceiling of 2 s that doubles to 15 min.

    Full jitter spreads ten thousand laptops that lost the centre in the same second.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failures = 0

    def after_success(self) -> float:
        """Return the seconds until the next poll, a tenth more or less."""
        self._failures = 0
        return self._random.uniform(POLL * 0.9, POLL * 1.1)

    def after_failure(self, failure: Failure) -> float:
        """Return the seconds to wait; what the centre asks for is obeyed, with a tenth on top."""
        if isinstance(failure, CentreSaid):
            if failure.wait is not None:
                return failure.wait * self._random.uniform(1.0, 1.1)
            if failure.kind is Kind.BUG:
                return self.after_success()  # the push stands still, receiving goes on
            if failure.kind is not Kind.TRANSPORT:
                return self._random.uniform(AUTH_WAIT * 0.9, AUTH_WAIT * 1.1)
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self._failures, 20))
        self._failures += 1
        return max(LEAST_WAIT, self._random.uniform(0.0, ceiling))


def side_by_side(now: int, seconds: float, most: int) -> int:
    """Return how many photos go at once after one of `now` took so long.

    One more where the network is quick, and one after the other where it is not: they would all be
    late. More than four only where it is as quick as next door: else they crowd out other laptops.
    """
    if seconds >= QUICK:
        return 1
    return min(now + 1, most if seconds < NEXT_DOOR else min(most, FEW))


class BatchSize:
    """How many operations the next push carries: 100, doubled when quick, halved on failure.

    Five failures that look the same send them one by one, so that the centre can tell which it is.
    """

    def __init__(self) -> None:
        self.now = FIRST_BATCH
        self._last: str | None = None
        self._equal = 0

    def succeeded(self, seconds: float) -> None:
        """Take a push that was answered within `seconds`."""
        self._last, self._equal = None, 0
        if seconds < QUICK:
            self.now = min(MAX_OPS, self.now * 2)

    def failed(self, failure: Failure) -> None:
        """Take a push that was not answered with verdicts."""
        self._equal = self._equal + 1 if failure.code == self._last else 1
        self._last = failure.code
        self.now = max(1, self.now // 2)
        one_by_one = isinstance(failure, CentreSaid) and failure.remedy is Remedy.ONE_BY_ONE
        if one_by_one and self._equal >= EQUAL_FAILURES:
            self.now = 1


class Pause:
    """Keeps one lane still for a while: photos when the centre has no room, pushes after a bug."""

    def __init__(self) -> None:
        self._until = float("-inf")

    def begin(self, now: float, seconds: float) -> None:
        """Send nothing for `seconds` from `now` (monotonic)."""
        self._until = now + seconds

    def over(self, now: float) -> bool:
        """Say whether the lane may go on."""
        return now >= self._until
