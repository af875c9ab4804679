"""The sheet that adds to a ticket (补充): photos left, words right."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget

from gridworker.domain.lines import TicketLine
from ui.presenters.add import SIDES, AddPresenter
from ui.views.form_face import FormTools
from ui.views.form_sheet import FormSheet, Title
from ui.views.form_words import lack_summary
from ui.widgets.button import button
from ui.widgets.field import show_text, text_field
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import Elided, label, para
from ui.widgets.theme import theme

HEIGHT = 460


class AddSheet(FormSheet):
    """Shows what it is told and reports what was typed; decides nothing."""

    def __init__(
        self, window: QWidget, do: AddPresenter, tools: FormTools, ticket: TicketLine
    ) -> None:
        translate = QCoreApplication.translate
        super().__init__(
            window,
            SIDES,
            Title(translate("AddSheet", "Add to {number}").format(number=ticket.number), "plus"),
            do=do,
            tools=tools,
            verb=translate("AddSheet", "Add"),
            photo_height=170,
        )
        self.note = text_field(
            translate("AddSheet", "What is to be added"),
            placeholder=translate("AddSheet", "May stay empty when there are photos"),
            lines=4,
            on_edit=lambda: do.set_note(self.note.toPlainText()),
        )
        about = Elided(f"{ticket.title} · {ticket.place}", tone="2")
        self.lay_out(
            about, self.notice, (self._parts(), 1), height=HEIGHT, keys={}, fields=(self.note,)
        )

    def open(self) -> None:
        """Come up, ready to type; the photo slot is one Tab away."""
        super().open()
        self.note.setFocus()

    def show_note(self, note: str) -> None:
        """Fill in the words."""
        show_text(self.note, note)

    def show_lack(self, lacks: bool) -> None:
        """Say that there is nothing to add yet."""
        what = QCoreApplication.translate("AddSheet", "words or a photo")
        self.notice.say(*lack_summary((what,) if lacks else ()))

    def _parts(self) -> QLayout:
        translate = QCoreApplication.translate
        files = translate("AddSheet", "Choose files")
        photos = row(
            label(translate("AddSheet", "Photos"), strong=True),
            label(translate("AddSheet", "paste or drop them too"), "meta", "3"),
            stretch,
            button(files, self.capture.pick_files, kind="link"),
        )
        left = col(photos, (self.slots(), 1), self.photo_notice)
        stays = translate("AddSheet", "What is added stays in the history of the ticket.")
        right = col(
            label(translate("AddSheet", "What is to be added"), strong=True),
            self.note,
            para(stays, "meta", "3"),
            stretch,
        )
        if theme().single:
            return col(right, left, gap=16)
        return row((left, 1), (right, 1), gap=20, align=None)
