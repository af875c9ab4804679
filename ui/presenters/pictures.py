"""Pictures that are brought once, in the photos lane, and kept while there is room."""

from collections.abc import Callable

from gridworker.app.jobs import Lane


class Pictures:
    """Answers with what is here and brings what is not; `come` hears of each that arrives."""

    def __init__(
        self,
        bring: Callable[[str], bytes | None],
        lane: Lane,
        come: Callable[[str, bytes], None],
        *,
        kept: int,
    ) -> None:
        self._bring, self._lane, self._come, self._most = bring, lane, come, kept
        self._here: dict[str, bytes | None] = {}
        self._open = True

    def get(self, sha256: str) -> bytes | None:
        """Return a picture, or None and bring it; one that this laptop lacks stays None."""
        if sha256 not in self._here and self._open:
            if len(self._here) >= self._most:
                del self._here[next(iter(self._here))]
            self._here[sha256] = None
            self._lane.run(
                lambda: self._bring(sha256), lambda found: self._keep(sha256, found), _raise
            )
        return self._here.get(sha256)

    def forget_missing(self) -> None:
        """Ask again for what was not here, for it may have come meanwhile."""
        self._here = {sha: found for sha, found in self._here.items() if found is not None}

    def close(self) -> None:
        """Answer nothing from now on."""
        self._open = False

    def _keep(self, sha256: str, found: bytes | None) -> None:
        if found is not None and self._open:
            self._here[sha256] = found
            self._come(sha256, found)


def _raise(error: Exception) -> None:
    raise error
