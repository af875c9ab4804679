"""The real program in this process, and what every part of the tour does in it."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QListWidget
from tour_album import Album
from tour_hand import Hand
from tour_plan import Plan

from gridworker.app.process import harden
from gridworker.app.settings import SettingsFile
from gridworker.main import Program, chosen_look, open_door
from ui.application import collect_on_this_thread, log_qt_messages, make_application
from ui.dialogs.trouble import TroubleDialog
from ui.widgets.capture_slot import CaptureSlot
from ui.widgets.photo import PhotoSlot
from ui.widgets.switch import Switch
from ui.widgets.tile import Tile
from ui.widgets.toast import Toast
from ui.workspace import Workspace

CUT_SWITCH = "断网演示"
LOCK_FIELD = "密码"
ROWS = 12


class Visit:
    """The windows of the laptop, and the person before them."""

    def __init__(self, plan: Plan) -> None:
        harden()
        self.plan = plan
        settings = SettingsFile(plan.laptop / "settings.json").read()
        self.app = make_application(sys.argv[:1], chosen_look(settings))
        collect_on_this_thread(self.app)
        log_qt_messages()
        self._program = Program(self.app, lambda: open_door(plan.laptop), plan.laptop, settings)
        self._program.start()
        window = self._program.window
        self.hand, self.album = Hand(window), Album(plan.folder, window)
        self._toasts: list[Toast] = []
        self.hand.stand()

    @property
    def page(self) -> Workspace:
        """The unlocked window."""
        workspace = self._program.window.workspace
        if workspace is None:
            raise RuntimeError("the window is locked")
        return workspace

    def unlock(self) -> None:
        """Type the password and wait for the page."""
        self.hand.named("填入")  # the banner is there once the door has been looked at
        field = self.hand.named(LOCK_FIELD)
        self.hand.until(field.hasFocus, "the password field to be ready")
        self.hand.type(self.plan.password)
        self.hand.press("Return")
        window = self._program.window
        self.hand.until(lambda: window.workspace is not None, "the page behind the lock")
        self.hand.stand()
        self.hand.look()

    def paste(self, photo: str) -> None:
        """Copy a photo's file, as in a file manager, and paste it."""
        copied = QMimeData()
        copied.setUrls([QUrl.fromLocalFile(str(self.plan.photos[photo]))])
        QGuiApplication.clipboard().setMimeData(copied)
        taken = self.photos_shown()
        self.hand.press("Ctrl+V")
        self.hand.until(lambda: self.photos_shown() > taken, "the pasted photo")

    def see_photos(self, *, least: int = 1) -> None:
        """Wait until every photo of the ticket in front is there; a list alone has none."""

        def there() -> bool:
            slots = [slot for slot in self.page.findChildren(PhotoSlot) if slot.isVisible()]
            taken = [slot for slot in slots if not isinstance(slot, CaptureSlot)]
            return len(taken) >= least and all(slot.jpeg for slot in taken)

        self.hand.until(there, "the photos of the ticket")

    def photos_shown(self) -> int:
        """Return how many slots show a photo."""
        slots = self.page.findChildren(CaptureSlot)
        return sum(1 for slot in slots if slot.isVisible() and slot.jpeg)

    def tile(self, words: str) -> Tile:
        """Return the tile with these words, turning pages until it is there."""
        for _ in range(4):
            tiles = [tile for tile in self.page.findChildren(Tile) if tile.isVisible()]
            self.hand.until(lambda tiles=tiles: any(t.text() for t in tiles), "tiles")
            for tile in tiles:
                if words in tile.text():
                    return tile
            self.hand.press("0")
        raise LookupError(words)

    def toast(self) -> str:
        """Return what the next toast says."""
        new: list[Toast] = []

        def there() -> bool:
            toasts = self.page.findChildren(Toast)
            new[:] = [t for t in toasts if t not in self._toasts and t.isVisible()]
            return bool(new)

        self.hand.until(there, "the toast that says it is saved")
        self._toasts = new
        return new[-1].text

    def field(self, name: str) -> QLineEdit:
        """Return a line that is typed in."""
        found = self.hand.named(name)
        if not isinstance(found, QLineEdit):
            raise TypeError(name)
        return found

    def says(self, words: str) -> bool:
        """Say whether a label that is to be seen has these words."""
        return any(
            words in label.text() for label in self.page.findChildren(QLabel) if label.isVisible()
        )

    def offered(self) -> str:
        """Return what palette and suggestions offer, line by line."""
        window = self._program.window
        lists = [shown for shown in window.findChildren(QListWidget) if shown.isVisible()]
        return "\n".join(shown.item(n).text() for shown in lists for n in range(shown.count()))

    def rows(self) -> str:
        """Return what a screen reader says of the rows of the lists in front."""
        role = Qt.ItemDataRole.AccessibleTextRole
        told: list[str] = []
        for view in self.page.findChildren(QAbstractItemView):
            if view.isVisible():
                model = view.model()
                indexes = [model.index(n, 0) for n in range(min(model.rowCount(), ROWS))]
                told += [str(index.data(role) or "") for index in indexes]
        return "\n".join(told)

    def cut_network(self, *, cut: bool) -> None:
        """Go to the sync centre and throw the switch there."""
        self.hand.press("F9")
        switch = self.hand.named(CUT_SWITCH)
        if not isinstance(switch, Switch):
            raise TypeError(CUT_SWITCH)
        self.hand.until(lambda: switch.isChecked() is not cut, "the switch to show how it stands")
        self.hand.click(switch)

    def leave(self) -> None:
        """Close the window as a person does, and wait for the program to put its things away."""
        self._program.window.close()
        self.app.exec()

    def check(self) -> None:
        """Raise when the program had to admit a bug."""
        dialogs = self._program.window.findChildren(TroubleDialog)
        if dialogs:
            raise RuntimeError(f"the program showed a bug; see {self.plan.laptop / 'logs'}")
