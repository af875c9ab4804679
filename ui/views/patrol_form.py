"""巡查, the form: place, result by one key, optional remark and photo."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QLayout

from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import PatrolLine
from gridworker.domain.operations import PatrolResult
from ui.presenters.matter_form import Lack
from ui.presenters.patrol_form import PatrolForm, PatrolFormPresenter
from ui.views.form_block import FormBlock
from ui.views.form_face import FormFace, FormTools
from ui.views.form_words import lack_summary, lack_words
from ui.views.patrol_rows import LOOKS, result_word
from ui.views.place_field import PlaceField
from ui.widgets.button import button
from ui.widgets.field import show_text, text_field
from ui.widgets.form_keys import KeyPane, Keys
from ui.widgets.layout import Item, col, row, scroll, stretch
from ui.widgets.text import hline, label, para
from ui.widgets.theme import theme
from ui.widgets.tile import Tile

RESULTS = tuple(PatrolResult)


class PatrolFormPane(FormFace):
    """Shows what it is told. The numbers 1 to 4 are the results while no field is typed in."""

    def __init__(
        self,
        do: PatrolFormPresenter,
        tools: FormTools,
        *,
        on_list: Callable[[], None] | None = None,
    ) -> None:
        self._do, self._on_list = do, on_list
        translate = QCoreApplication.translate
        self.widget = KeyPane()
        super().__init__(
            self.widget,
            (PhotoRole.OTHER,),
            do=do,
            tools=tools,
            verb=translate("PatrolFormPane", "Record it"),
            photo_height=170,
            on_demand=True,  # this place is in front all day
        )
        self.place = PlaceField(
            translate("PatrolFormPane", "Place"),
            placeholder=translate("PatrolFormPane", "Estate, building, unit, floor"),
            large=True,
            on_set=do.set_place,
            on_done=self._leave_place,
            on_enter=self._leave_place,
        )
        self._last = para("", "meta")
        self._last.hide()
        self.results = [
            Tile(str(n), partial(do.set_result, result)) for n, result in enumerate(RESULTS, 1)
        ]
        self.note = text_field(
            translate("PatrolFormPane", "Remark"),
            placeholder=translate("PatrolFormPane", "May stay empty"),
            lines=2,
            on_edit=lambda: do.set_note(self.note.toPlainText()),
        )
        for field in (self.place, self.note):
            self.capture.paste.watch(field)
        some = translate("PatrolFormPane", "F4 lists the last ones")
        self._where = FormBlock(
            1, translate("PatrolFormPane", "Place"), some, self.place, self._last
        )
        self.widget.setLayout(col((scroll(self._body()), 1), hline(), self._foot(), gap=0))
        self.widget.use(self._keys())

    def show_form(self, form: PatrolForm) -> None:
        """Fill the fields in."""
        show_text(self.place, form.place)
        show_text(self.note, form.note)
        for tile, result in zip(self.results, RESULTS, strict=True):
            tile.show_choice(result_word(result), LOOKS[result][0], chosen=result == form.result)

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places at hand."""
        self.place.offer(places)

    def show_last_visit(self, record: PatrolLine | None) -> None:
        """Say when this place was last looked at."""
        self._last.setVisible(record is not None)
        if record is not None:
            words = QCoreApplication.translate("PatrolFormPane", "Last visit {when}: {result}")
            at, what = self.tools.moment(record.at), result_word(record.result)
            told = words.format(when=at, result=what)
            self._last.setText(f"{told} · {record.note}" if record.note else told)

    def show_lacks(self, *, place: bool, result: bool) -> None:
        """Say what is missing and stand at the first."""
        translate = QCoreApplication.translate
        where = lack_words((Lack.PLACE,))[1]
        what = translate("PatrolFormPane", "what was found: 1 to 4")
        missing = [words for lacks, words in ((place, where), (result, what)) if lacks]
        self.notice.say(*lack_summary(missing))
        self._where.show_problem(where if place else "")
        if place:
            self.place.setFocus()
        elif result:
            self.results[0].setFocus()

    def ready(self) -> None:
        """Stand at the first field."""
        self.place.setFocus()

    def _leave_place(self) -> None:
        self.results[0].setFocus()

    def _keys(self) -> Keys:
        return {
            str(n): partial(self._do.set_result, result) for n, result in enumerate(RESULTS, 1)
        } | {
            "Ctrl+Return": self._do.finish,
            "Ctrl+Enter": self._do.finish,
            "F4": self.place.ask,
            "Ctrl+V": self.capture.paste.paste,
        }

    def _body(self) -> QLayout:
        translate = QCoreApplication.translate
        others: tuple[Item, ...] = ()
        if self._on_list is not None:
            words = translate("PatrolListPane", "Patrol records")
            others = (button(words, self._on_list, icon="list", density="small"),)
        title = label(translate("PatrolFormPane", "New patrol record"), "title")
        found = label("2  " + translate("PatrolFormPane", "What was found"), strong=True)
        optional = translate("PatrolFormPane", "optional")
        remark = FormBlock(3, translate("PatrolFormPane", "Remark"), optional, self.note)
        photo = col(
            label("4  " + translate("PatrolFormPane", "Photo"), strong=True),
            (self.capture.slots[PhotoRole.OTHER], 1),
            self.photo_notice,
            gap=6,
        )
        lower: QLayout = (
            col(remark, photo, gap=14)
            if theme().compact
            else row((col(remark, stretch), 1), (photo, 1), gap=20, align=None)
        )
        return col(
            row(title, self.drafted, stretch, *others),
            self.notice,
            self._where,
            col(found, self._tiles(), gap=6),
            (lower, 1),
            gap=16,
            margins=(24, 16, 20, 14),
        )

    def _tiles(self) -> QLayout:
        grid = QGridLayout()
        grid.setSpacing(theme().space(8))
        columns = 1 if theme().single else 2 if theme().compact else 4
        for number, tile in enumerate(self.results):
            grid.addWidget(tile, number // columns, number % columns)
        return grid

    def _foot(self) -> QLayout:
        return row(stretch, self.finish, margins=(24, 12, 24, 14))
