"""The on-the-spot panel (F8) over whatever place is in front."""

from collections.abc import Callable

from gridworker.app.ports import Saved
from ui.photo_sources.sources import Sources, system_sources
from ui.presenters.resolve import ResolvePresenter
from ui.screens.contract import Tools
from ui.screens.forms import OpenForm, announcer, form_ports, sentence
from ui.views.resolve import ResolveSheet


def open_resolve(
    tools: Tools,
    *,
    place: str = "",
    then: Callable[[Saved], None] | None = None,
    sources: Sources | None = None,
) -> Callable[[], None]:
    """Open the panel; return its close, which keeps the draft.

    `then` hears what was recorded. When the matter is handed up instead, the report form takes the
    panel's place, and closing closes that.
    """
    form = OpenForm()
    window = tools.shell.stage
    presenter = ResolvePresenter(
        form_ports(tools),
        folder=(sources := sources or system_sources(window)).folder,
        announce=announcer(tools.shell),
        hand_over=lambda draft: _hand_over(tools, form, draft, sources),
    )
    sheet = ResolveSheet(
        window,
        presenter,
        sources=sources,
        say=sentence(tools),
        note_words=lambda code: tools.say(code, {}).sentence,
        now=tools.now,
    )
    presenter.attach(sheet)
    form.close_now = presenter.close
    presenter.open(place, then)
    return form.close


def _hand_over(tools: Tools, form: OpenForm, draft: str, sources: Sources) -> None:
    from ui.screens.report import open_report  # noqa: PLC0415  (each may open the other)

    form.close_now = open_report(tools, draft=draft, sources=sources)
