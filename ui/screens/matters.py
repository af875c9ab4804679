"""The forms for a matter, on the spot (F8) or handed up (Ctrl+N); each may become the other."""

from collections.abc import Callable
from dataclasses import dataclass

from gridworker.app.ports import Saved
from ui.presenters.report import ReportPresenter
from ui.presenters.resolve import ResolvePresenter
from ui.screens.contract import Tools
from ui.screens.forms import announcer, form_ports, form_tools
from ui.views.report import ReportSheet
from ui.views.resolve import ResolveSheet

Then = Callable[[Saved], None]


@dataclass(frozen=True, slots=True)
class Matter:
    """What a form starts with: a place instead of the last one, and who hears what was recorded."""

    place: str = ""
    then: Then | None = None
    draft: str | None = None


class MatterForms:
    """Holds the form that is open; closing closes that one, and its draft is kept."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._sources = tools.sources(tools.shell.stage)
        self._form_tools = form_tools(tools, self._sources)
        self._close: Callable[[], None] | None = None

    def close(self) -> None:
        """Close what is open."""
        if self._close is not None:
            self._close()

    def open_resolve(self, matter: Matter) -> None:
        """Open the on-the-spot panel."""
        presenter = ResolvePresenter(
            form_ports(self._tools),
            folder=self._sources.folder,
            announce=announcer(self._tools.shell),
            hand_over=lambda draft: self.open_report(Matter(then=matter.then, draft=draft)),
        )
        presenter.attach(ResolveSheet(self._tools.shell.stage, presenter, self._form_tools))
        self._close = presenter.close
        presenter.open(matter.draft, matter.place, matter.then)

    def open_report(self, matter: Matter) -> None:
        """Open the report form."""
        presenter = ReportPresenter(
            form_ports(self._tools),
            announce=announcer(self._tools.shell),
            resolve_instead=lambda draft: self.open_resolve(Matter(then=matter.then, draft=draft)),
        )
        presenter.attach(ReportSheet(self._tools.shell.stage, presenter, self._form_tools))
        self._close = presenter.close
        presenter.open(matter.draft, matter.place, matter.then)
