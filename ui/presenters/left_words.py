"""What a person does with unfinished words whose ticket is gone: use them elsewhere, or let go."""

from collections.abc import Callable

from gridworker.app.jobs import Lane
from gridworker.app.ports import Commands, FormAgain
from gridworker.domain.lines import LeftWords
from gridworker.domain.problem import RuleBroken


class LeftOver:
    """Each way out is one command; `tell` hears why a rule did not let it happen."""

    def __init__(
        self,
        commands: Commands,
        *,
        write: Lane,
        changed: Callable[[], None],
        open_form: Callable[[FormAgain], None],
        open_ticket: Callable[[str], None],
        tell: Callable[[RuleBroken], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._commands, self._write, self._changed = commands, write, changed
        self._open_form, self._open_ticket = open_form, open_ticket
        self._tell, self._failed = tell, failed

    def open(self, line: LeftWords) -> None:
        """Show the ticket that does not ask this any more."""
        self._open_ticket(line.ticket)

    def report(self, line: LeftWords) -> None:
        """Go on with words and photos as a new report."""

        def made(form: FormAgain) -> None:
            self._changed()
            self._open_form(form)

        self._write.run(lambda: self._commands.report_left(line.draft), made, self._refused)

    def discard(self, line: LeftWords) -> None:
        """Let them go for good."""

        def gone(_: object) -> None:
            self._changed()

        self._write.run(lambda: self._commands.discard_draft(line.draft), gone, self._refused)

    def _refused(self, error: Exception) -> None:
        self._changed()
        if isinstance(error, RuleBroken):
            self._tell(error)
        else:
            self._failed(error)
