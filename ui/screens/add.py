"""The sheet that adds to a ticket, over whatever place is in front."""

from collections.abc import Callable

from gridworker.domain.lines import TicketLine
from ui.presenters.add import AddPresenter
from ui.screens.contract import Tools
from ui.screens.forms import announcer, form_ports, form_tools
from ui.views.add import AddSheet


def open_add(tools: Tools, ticket: TicketLine) -> Callable[[], None]:
    """Open the sheet; return its close, which keeps what was begun."""
    stage = tools.shell.stage
    presenter = AddPresenter(form_ports(tools), ticket, announce=announcer(tools.shell))
    presenter.attach(AddSheet(stage, presenter, form_tools(tools, tools.sources(stage)), ticket))
    presenter.open()
    return presenter.close
