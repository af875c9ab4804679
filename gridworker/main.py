"""The windows, put on the parts that `build` makes.

The first window comes up before the product is even imported: vault, store and sync are loaded in
a lane while the person types the password.
"""

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from gridworker import __version__
from gridworker.app import words
from gridworker.app.jobs import PoolLane
from gridworker.app.paths import default_home
from gridworker.app.ports import Desk, Door, ProfileInfo
from gridworker.app.settings import Settings, SettingsFile
from gridworker.app.startup import CannotStart
from gridworker.domain.problem import RuleBroken
from gridworker.domain.times import CHINA
from ui.application import (
    catch_everything,
    collect_on_this_thread,
    log_qt_messages,
    make_application,
    spare_nothing,
    spare_what_is_loaded,
)
from ui.dialogs.trouble import TroubleDialog
from ui.idle import one_by_one
from ui.later import QtLater
from ui.look_menu import from_settings, offer_looks
from ui.main_thread import MainThread
from ui.main_window import MainWindow
from ui.presenters.unlock import Enrolment, UnlockPresenter
from ui.screens import registry
from ui.views.unlock import UnlockScreen
from ui.widgets.theme import Theme, desktop_mode, look, theme
from ui.workspace import Parts, Sight

if TYPE_CHECKING:
    from gridworker.app.entry import Entry
    from ui.photo_sources.sources import Sources

log = logging.getLogger(__name__)

READERS = 2
CONNECTION = frozenset({"sync"})
NEXT_PLACE = "tickets"  # where people go from the day
OTHER_PLACES = ("patrol", "sync")
SETTLE_MS = 500  # what goes on behind the windows would keep the first rows waiting


def run(home: Path | None = None) -> int:
    """Open the windows on a profile and return the exit code once they are closed."""
    folder = home or default_home()
    kept = SettingsFile(folder / "settings.json")
    settings = kept.read()
    app = make_application(sys.argv[:1], chosen_look(settings))
    collect_on_this_thread(app)
    log_qt_messages()
    program = Program(app, lambda: open_door(folder), folder, settings)
    program.start()
    return app.exec()


def open_door(home: Path) -> Door:
    """Return what stands before the desk; it loads what the password needs and no more."""
    from gridworker.app.entry import ProfileDoor  # noqa: PLC0415  (the window comes up first)

    return ProfileDoor(home, furnish)


def furnish(entry: "Entry") -> Desk:
    """Make a desk of an entry; it closes the entry, also when it cannot be made."""
    from gridworker import build  # noqa: PLC0415  (as above)

    return build.desk_of(entry)


def load_product() -> None:
    """Import what comes after the password; any thread may do it."""
    from gridworker import build  # noqa: F401, PLC0415  (loading is all that is wanted)

    registry.load_day()


def chosen_look(settings: Settings) -> Theme:
    """Return the look that was chosen; "system" follows the desktop where the platform tells."""
    return from_settings(settings.text_factor, settings.theme)


def tell(error: Exception) -> tuple[str, str] | None:
    """Return sentence and next step for a failure with words, None for a bug."""
    from sync.parcels import ParcelRefused  # noqa: PLC0415  (as above)
    from sync.problem import CentreSaid  # noqa: PLC0415  (as above)
    from sync.transport import NoConnection, PlainHttpRefused  # noqa: PLC0415  (as above)

    if isinstance(error, CannotStart | RuleBroken):
        told = words.say(str(error.code), error.facts)
    elif isinstance(error, PlainHttpRefused):
        told = words.say("plain_http_refused")
    elif isinstance(error, CentreSaid | NoConnection | ParcelRefused):
        told = words.say(error.code, {"detail": "enrol"})
    else:
        return None
    return told.sentence, told.next


class Program:
    """Holds the window and the lanes; goes from lock to work and back."""

    def __init__(
        self, app: QApplication, door: Callable[[], Door], home: Path, settings: Settings
    ) -> None:
        self._app, self._make_door, self._home = app, door, home
        self._settings = settings
        self.bridge = MainThread()
        self._ends = PoolLane("door", 1, self.bridge.post)
        self._loading = PoolLane("load", 1, self.bridge.post)
        self._lanes: list[PoolLane] = []
        self._door: Door | None = None
        self._desk: Desk | None = None
        self._going = False
        self._trouble: TroubleDialog | None = None
        self._begin: Callable[[], None] = _nothing
        self.window = MainWindow(self._may_close)
        self._unlock: UnlockPresenter | None = None
        catch_everything(self.bridge, self._show_trouble)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)

    def start(self) -> None:
        """Show the lock."""
        self._show_lock()
        if self.window.fit(self.window.screen().availableSize()):
            self.window.showMaximized()  # its frame needs room, too
        else:
            self.window.show()

    def _show_lock(self) -> None:
        presenter = UnlockPresenter(
            info=self._info,
            unlock=self._open,
            enrol=self._enrol,
            lane=self._ends,
            later=QtLater(self.window),
            tell=tell,
            opened=self._show_work,
        )
        screen = UnlockScreen(presenter, version=__version__, on_look=self._offer_looks)
        self.window.show_lock(screen)
        self._unlock = presenter
        presenter.start(screen)
        screen.password.setFocus()

    def _show_work(self, desk: Desk) -> None:
        self._desk, self._unlock = desk, None
        post = self.bridge.post
        read, write = PoolLane("read", READERS, post), PoolLane("write", 1, post)
        photos = PoolLane("photos", 1, post)
        self._lanes = [read, photos, write]  # in the order in which they end: photos ask write
        parts = Parts(
            desk=desk,
            read=read,
            write=write,
            photos=photos,
            say=words.say,
            now=lambda: datetime.now(CHINA),
            on_look=self._dress,
            on_lock=self._lock,
            sources=self._sources,
        )
        self.window.show_work(parts, Sight())
        desk.listen(lambda kinds: post(lambda: self.window.committed(kinds)))
        desk.sync.listen(lambda: post(lambda: self._heard(desk)))
        self._begin = QtLater(self.window)(SETTLE_MS, lambda: self._begin_work(desk))

    def _heard(self, desk: Desk) -> None:
        """Show how the connection is; a profile that was destroyed by order is left at once.

        When reading was closed or opened again the places are built anew.
        """
        known, work = desk.sync.connection(), self.window.workspace
        if self._desk is desk and known.state == "wiped":
            self._lock()
        elif work is not None and work.suspended is not known.suspended:
            self.window.build_anew()
        else:
            self.window.committed(CONNECTION)

    def _sources(self, stage: QWidget) -> "Sources":
        from ui.photo_sources.sources import system_sources  # noqa: PLC0415  (as above)

        return system_sources(stage, self._settings.watched_folder)

    def _begin_work(self, desk: Desk) -> None:
        """Sync and look after things from now on: what is to be seen first is there."""

        def begin() -> None:
            registry.load_places()
            desk.work()

        self._ends.run(begin, lambda _: self._settled(desk), _raise)

    def _settled(self, desk: Desk) -> None:
        """Make what people come to next; what is made all at once keeps a window from answering."""
        if self._desk is desk:
            self._prepare(NEXT_PLACE)
            spare_what_is_loaded()
        others = (partial(self._prepare, place) for place in OTHER_PLACES)
        one_by_one(
            QtLater(self.window),
            (*others, registry.look_for_camera, spare_what_is_loaded),
            while_=lambda: self._desk is desk,
        )

    def _prepare(self, place: str) -> None:
        if self.window.workspace is not None:
            self.window.workspace.prepare(place)

    def _lock(self) -> None:
        """Put the work away and show the lock; the desk closes in its lane."""
        self._put_away()
        self._show_lock()

    def _put_away(self) -> None:
        """Close the screens first: their last drafts still go through the lanes."""
        self._begin()
        self._begin = _nothing
        spare_nothing()
        self.window.end_work()
        desk, lanes = self._desk, self._lanes
        self._desk, self._lanes = None, []
        if desk is not None:
            closing, (read, *_) = desk, lanes

            def close() -> None:
                for lane in lanes:
                    lane.close(drop=lane is read)
                closing.close()

            self._ends.run(close, lambda _: None, _raise)

    def _may_close(self) -> bool:
        """Put the work away first; the program ends when that is done."""
        if not self._going:
            self._going = True
            self.window.hide()
            if self._unlock is not None:
                self._unlock.close()
            self._put_away()
            self._ends.run(lambda: None, lambda _: self._leave(), _raise)
        return False

    def _leave(self) -> None:
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._follow_desktop)
        self._loading.close()
        self._ends.close()
        self._app.quit()

    def _info(self) -> ProfileInfo:
        info = self._opened_door().info()
        # Beside the person who types, and beside the key that is derived then.
        self._loading.run(load_product, lambda _: None, _raise)
        return info

    def _open(self, password: str) -> Desk:
        return self._opened_door().unlock(password)

    def _enrol(self, asked: Enrolment) -> Desk:
        from gridworker import build  # noqa: PLC0415  (the window comes up first)

        ca = Path(asked.ca) if asked.ca else None
        build.enrol(self._home, asked.centre, asked.code, asked.password, ca)
        self._door = None
        return self._open(asked.password)

    def _opened_door(self) -> Door:
        if self._door is None:
            self._door = self._make_door()
        return self._door

    def _dress(self, wanted: Theme) -> None:
        """Put on another look and remember it."""
        if wanted == theme():
            return
        look().apply(wanted)
        if self._unlock is not None:
            self._unlock.close()
            self._show_lock()
        else:
            self.window.build_anew()

        def keep() -> None:
            door = self._opened_door()
            door.keep_settings(text_factor=wanted.factor, theme=wanted.choice)

        self._ends.run(keep, lambda _: None, self._not_kept)

    def _follow_desktop(self) -> None:
        """Put on the colours that the desktop has just changed to, if that is what was chosen."""
        if theme().follows:
            self._dress(replace(theme(), mode=desktop_mode()))

    def _not_kept(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        log.warning("settings could not be kept: %s", error)

    def _offer_looks(self) -> None:
        lock = self.window.centralWidget()
        if isinstance(lock, UnlockScreen):
            offer_looks(self.window, lock.look, self._dress)

    def _show_trouble(self, report: str) -> None:
        """Show a bug once; more of them go to the log only."""
        if self._trouble is None:
            self._trouble = TroubleDialog(self.window, report)
            self._trouble.finished.connect(self._trouble_read)
            self._trouble.open()

    def _trouble_read(self) -> None:
        if self._trouble is not None:
            self._trouble.deleteLater()
            self._trouble = None


def _raise(error: Exception) -> None:
    raise error


def _nothing() -> None:
    """Cancel nothing: no work is to begin."""
