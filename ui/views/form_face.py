"""What every form that makes a record shows besides its fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gridworker.domain.evidence import PhotoRole
from ui.photo_sources.sources import Sources
from ui.presenters.photo_slots import PhotoTaker, ShownPhoto
from ui.views.capture import Capture
from ui.views.form_notices import Notice
from ui.views.form_words import camera_words
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.text import label, tint


@dataclass(frozen=True, slots=True)
class FormTools:
    """What forms are given: photo sources, and how refusals, notes and moments are told."""

    sources: Sources
    say: Callable[[Exception], str]
    note_words: Callable[[str], str]
    now: Callable[[], datetime]

    def moment(self, at: str) -> str:
        """Return a stored time in words."""
        return when.moment(at, self.now())


class FormActions(Protocol):
    """What a form's presenter does for every form."""

    @property
    def work(self) -> PhotoTaker:
        """What the photo slots report to."""
        ...

    def finish(self) -> None:
        """Make the record, or say what is missing."""
        ...

    def close(self) -> None:
        """Put the form away and keep the draft."""
        ...


class FormFace:
    """Photos, what is in the way, what became of the draft, and the main button of one form.

    `calm` are the words about the draft while there is nothing to say of it; `on_demand` leaves
    the camera dark until it is asked for.
    """

    def __init__(
        self,
        owner: QWidget,
        roles: Sequence[PhotoRole],
        *,
        do: FormActions,
        tools: FormTools,
        verb: str,
        photo_height: int,
        calm: str = "",
        on_demand: bool = False,
    ) -> None:
        self.tools, self._calm = tools, calm
        self.capture = Capture(
            owner,
            roles,
            sources=tools.sources,
            do=do.work,
            when=tools.moment,
            on_problem=self._no_camera,
            height=photo_height,
            on_demand=on_demand,
        )
        self.notice, self.photo_notice = Notice(), Notice()
        self.drafted = label(calm, "meta", "3")
        self.finish = button(
            verb, do.finish, kind="primary", icon="check", hint="Ctrl Enter", density="large"
        )

    def show_photos(self, role: PhotoRole, photos: Sequence[ShownPhoto], *, busy: bool) -> None:
        """Show the photos of a side."""
        self.capture.show_photos(role, photos, busy=busy)

    def show_photo_problem(self, problem: Exception | None, *, note: str | None = None) -> None:
        """Say why a photo was not taken, or one line about it."""
        if problem is not None:
            self.photo_notice.say(self.tools.say(problem), wrap=True)
        else:
            told = self.tools.note_words(note) if note else ""
            self.photo_notice.say(told, tone="warn", wrap=True)

    def show_refusal(self, problem: Exception | None) -> None:
        """Say why it was not saved."""
        self.notice.say(self.tools.say(problem) if problem is not None else "", wrap=True)

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back, and from when."""
        words = QCoreApplication.translate("FormFace", "Unfinished work of {when} is back")
        self.drafted.setText(words.format(when=self.tools.moment(at)) if at else self._calm)
        tint(self.drafted, "success" if at else "3")

    def set_busy(self, busy: bool) -> None:
        """Refuse a second press."""
        self.finish.setEnabled(not busy)

    def _no_camera(self, why: str) -> None:
        self.photo_notice.say(*camera_words(why), tone="info")
