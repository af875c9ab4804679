"""The strip of the sync centre for places where no network comes: a stick out, an answer back."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from ui.file_dialog import file_dialog
from ui.presenters.parcels import ParcelsPresenter, Told
from ui.widgets.button import button
from ui.widgets.layout import col, row, set_margins, stretch
from ui.widgets.marks import Bar
from ui.widgets.text import Elided, icon_label, para
from ui.widgets.theme import theme

SUFFIX = ".gwp"


class AskPlace(Protocol):
    """Asks for a file; a port, so that tests never meet a dialog."""

    def __call__(
        self, parent: QWidget, name: str, chosen: Callable[[Path], None], *, to_save: bool
    ) -> None:
        """Ask, and later call `chosen`; not at all if nothing is chosen."""
        ...


class ParcelStrip(QFrame):
    """Both ways beside each other; while one is under way it says how far, and can be given up."""

    def __init__(
        self, do: ParcelsPresenter, *, name: Callable[[], str], ask: AskPlace | None = None
    ) -> None:
        super().__init__()
        self._do, self._name, self._ask = do, name, ask or ask_place
        self.setProperty("box", "pane")
        translate = QCoreApplication.translate
        self._words = Elided("", tone="2")
        self.write = button(translate("Parcels", "Export to a stick"), self.ask_where, icon="usb")
        self.read = button(translate("Parcels", "Read an answer"), self.ask_which, icon="inbox")
        self.give_up = button(translate("Parcels", "Cancel"), do.give_up, icon="x")
        self._bar = Bar(())
        self._told = para("", tone=None)
        self._lay_out()

    def show_ready(self) -> None:
        """Offer both ways."""
        self._show(busy=False)
        self._told.hide()

    def show_work(self, share: float | None) -> None:
        """Say how far it is."""
        self._show(busy=True)
        self._told.hide()
        self._bar.show_parts(((share or 0.0, "accent"),))
        far = "" if share is None else f" {share:.0%}"
        self._words.show_text(QCoreApplication.translate("Parcels", "Working on the stick…") + far)

    def show_end(self, told: Told, *, well: bool) -> None:
        """Say how it ended."""
        self._show(busy=False)
        pattern = QCoreApplication.translate("sentences", "{fact}. {next}")
        words = pattern.format(fact=told[0], next=told[1]) if told[0] else ""
        self._told.setText(("✓ " if well else "⚠ ") + words if words else "")
        self._told.setAccessibleName(words)
        self._told.setVisible(bool(words))

    def _show(self, *, busy: bool) -> None:
        translate = QCoreApplication.translate
        self._words.show_text(
            translate("Parcels", "No network for days? Carry it on a stick, sealed and signed.")
        )
        offered: tuple[QWidget, ...] = (self.write, self.read)
        working: tuple[QWidget, ...] = (self._bar, self.give_up)
        for widget in offered:
            widget.setVisible(not busy)
        for widget in working:
            widget.setVisible(busy)

    def ask_where(self) -> None:
        """Ask where the parcel is to lie, and write it there."""
        self._ask(self, self._name() + SUFFIX, self._do.write, to_save=True)

    def ask_which(self) -> None:
        """Ask which answer it is, and read it in."""
        self._ask(self, "", self._do.read, to_save=False)

    def _lay_out(self) -> None:
        mark = icon_label("package", 18, "text2")
        if theme().compact:
            words = col(
                row(mark, (self._words, 1), gap=10),
                row(stretch, self.write, self.read, self.give_up, gap=8),
                gap=8,
            )
        else:
            offers = (self.write, self.read, self.give_up)
            words = col(row(mark, (self._words, 1), *offers, gap=10))
        lines = col(words, self._bar, self._told, gap=6)
        set_margins(lines, (20, 10, 20, 10))
        self.setLayout(lines)


def ask_place(parent: QWidget, name: str, chosen: Callable[[Path], None], *, to_save: bool) -> None:
    """Ask with the system's dialog."""
    translate = QCoreApplication.translate
    title = "Export to a stick" if to_save else "Read an answer"
    dialog = file_dialog(
        parent,
        translate("Parcels", title),
        translate("Parcels", "Parcels") + f" (*{SUFFIX})",
        QStandardPaths.StandardLocation.DocumentsLocation,
    )
    if to_save:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(name)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda found: chosen(Path(found)))
    dialog.open()
