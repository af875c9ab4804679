"""The places that exist, in the order of the rail; a place that is not built yet is not here."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ui.screens.contract import Place, Screen, Tools


def _today(tools: Tools) -> Screen:
    from ui.screens.today import TodayScreen  # noqa: PLC0415  (the window comes up first)

    return TodayScreen(tools)


def _patrol(tools: Tools) -> Screen:
    from ui.screens.patrol import PatrolScreen  # noqa: PLC0415  (the window comes up first)

    return PatrolScreen(tools)


def _tickets(tools: Tools) -> Screen:
    from ui.screens.tickets import TicketsScreen  # noqa: PLC0415  (the window comes up first)

    return TicketsScreen(tools)


def _sync(tools: Tools) -> Screen:
    from ui.screens.sync_centre import SyncCentreScreen  # noqa: PLC0415  (as above)

    return SyncCentreScreen(tools)


def _closed(tools: Tools) -> Screen:
    from ui.screens.closed import ClosedScreen  # noqa: PLC0415  (as above)

    return ClosedScreen(tools)


def places(*, suspended: bool = False) -> tuple[Place, ...]:
    """Return the places, with their names in the language of the windows.

    On a device that is suspended those that are there to read say why they are closed.
    """
    translate = QCoreApplication.translate
    today, tickets = (_closed, _closed) if suspended else (_today, _tickets)
    return (
        Place("today", translate("places", "Today"), "inbox", "Ctrl+1", today),
        Place("patrol", translate("places", "Patrol"), "clipboard-check", "Ctrl+2", _patrol),
        Place("tickets", translate("places", "Tickets"), "list-checks", "Ctrl+3", tickets),
        Place("sync", translate("places", "Sync centre"), "refresh-cw", "F9", _sync, at_foot=True),
    )


def load_day() -> None:
    """Import what the first place and the status line are made of; any thread may do it."""
    import ui.screens.status_line  # noqa: PLC0415  (as above)
    import ui.screens.today  # noqa: F401, PLC0415  (as above; loading is all that is wanted)


def load_places() -> None:
    """Import what the places are made of before somebody goes there; any thread may do it."""
    import ui.screens.patrol  # noqa: PLC0415  (as above)
    import ui.screens.sync_centre  # noqa: PLC0415  (as above)
    import ui.screens.tickets  # noqa: F401, PLC0415  (as above; loading is all that is wanted)


def look_for_camera() -> None:
    """Do what looking for a camera does the first time; on the windows' thread."""
    from ui.photo_sources import camera, sources  # noqa: PLC0415  (as above)

    if sources.camera_wanted():
        camera.look_ahead()


def status_line(tools: Tools) -> Screen:
    """Return the line at the bottom of the window."""
    from ui.screens.status_line import StatusLineScreen  # noqa: PLC0415  (as above)

    return StatusLineScreen(tools)


def open_resolve(tools: Tools) -> Callable[[], None]:
    """Open the panel for what was done on the spot; returns its close, which keeps the draft."""
    from ui.screens.resolve import open_resolve as opened  # noqa: PLC0415  (as above)

    return opened(tools)


def open_report(tools: Tools) -> Callable[[], None]:
    """Open the form for a matter handed up; return its close, which keeps the draft."""
    from ui.screens.report import open_report as opened  # noqa: PLC0415  (as above)

    return opened(tools)
