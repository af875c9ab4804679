"""The report form (Ctrl+N) over whatever place is in front."""

from collections.abc import Callable

from gridworker.app.ports import Saved
from ui.photo_sources.sources import Sources, system_sources
from ui.presenters.report import ReportPresenter
from ui.screens.contract import Tools
from ui.screens.forms import OpenForm, announcer, form_ports, sentence
from ui.views.report import ReportSheet


def open_report(
    tools: Tools,
    *,
    draft: str | None = None,
    place: str = "",
    then: Callable[[Saved], None] | None = None,
    sources: Sources | None = None,
) -> Callable[[], None]:
    """Open the form; return its close, which keeps the draft.

    `draft` is the unfinished work to go on with; `then` hears what was recorded. When the matter
    is finished on the spot instead, that panel takes the form's place.
    """
    form = OpenForm()
    stage = tools.shell.stage
    used = sources or system_sources(stage)
    presenter = ReportPresenter(
        form_ports(tools),
        announce=announcer(tools.shell),
        resolve_instead=lambda _draft: _resolve(tools, form, used),
    )
    sheet = ReportSheet(
        stage,
        presenter,
        sources=used,
        say=sentence(tools),
        note_words=lambda code: tools.say(code, {}).sentence,
        now=tools.now,
    )
    presenter.attach(sheet)
    form.close_now = presenter.close
    presenter.open(draft, place, then)
    return form.close


def _resolve(tools: Tools, form: OpenForm, sources: Sources) -> None:
    from ui.screens.resolve import open_resolve  # noqa: PLC0415  (each may open the other)

    form.close_now = open_resolve(tools, sources=sources)
