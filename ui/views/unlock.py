"""The unlock screen: one field, one button; the first time, the contact with a centre."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gridworker.app.ports import ProfileInfo
from ui.presenters.unlock import Enrolment, UnlockPresenter
from ui.views.dusk import Dusk
from ui.views.enrol import EnrolForm
from ui.widgets.button import button
from ui.widgets.field import line_field
from ui.widgets.layout import box, clear, col, row, scroll, stretch
from ui.widgets.marks import disc
from ui.widgets.notice import banner
from ui.widgets.text import icon_label, label, para
from ui.widgets.theme import theme


class UnlockScreen(QWidget):
    """Shows what the presenter says; unlocking needs no network."""

    def __init__(
        self, presenter: UnlockPresenter, *, version: str, on_look: Callable[[], None]
    ) -> None:
        super().__init__()
        self._presenter, self._busy, self._wait = presenter, False, 0
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.password = line_field(self.tr("Password"), large=True, on_enter=self._unlock)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._add_eye()
        self.enter = button(self.tr("Unlock"), self._unlock, kind="primary", density="large")
        self.look = button(self.tr("Large text"), on_look, kind="ghost", icon="a-large-small")
        self._demo, self._enrolment, self._problem = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._way_in, self._shield = self._password_form(), self._safe()
        self.enrol: EnrolForm | None = None
        version_line = label(self.tr("Version {version}").format(version=version), "meta", "3")
        form = col(
            stretch,
            self._demo,
            self._way_in,
            self._enrolment,
            self._problem,
            12,
            self._shield,
            stretch,
            row(version_line, stretch, self.look, gap=6),
            gap=8,
            margins=(0, 20, 6, 20),
        )
        holder = scroll(form)
        holder.setFixedWidth(min(theme().space(488), 720))
        self._dusk: Dusk | None = None
        self._wide = holder.width()
        if not theme().single:
            self._dusk = Dusk()
            self._dusk.setFixedWidth(min(theme().space(540), 560))
            self._wide += self._dusk.width()
            self.setLayout(row(self._dusk, stretch, holder, stretch, gap=0, align=None))
        else:
            self.setLayout(row(stretch, holder, stretch, gap=0, align=None))
        self._enable()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the picture away where there is no room beside the form."""
        super().resizeEvent(event)
        if self._dusk is not None:
            self._dusk.setVisible(self.width() >= self._wide)

    def show_profile(self, info: ProfileInfo) -> None:
        """Show the way in that this computer has."""
        clear(self._demo)
        if not info.enrolled:
            self._show_enrolment()
        elif info.demo_password:
            self._show_demo(info.demo_password)

    def set_busy(self, busy: bool) -> None:
        """Say that the door is being opened."""
        self._busy = busy
        self.enter.show_text(self.tr("Opening…") if busy else self.tr("Unlock"))
        if self.enrol is not None:
            self.enrol.set_busy(busy)
        self._enable()
        if not busy and self.enrol is None:
            self.password.setFocus()
            self.password.selectAll()

    def show_problem(self, sentence: str, next_step: str) -> None:
        """Say why it does not open."""
        clear(self._problem)
        if sentence:
            words = col(label(sentence, strong=True), para(next_step), gap=2)
            words.itemAt(0).widget().setWordWrap(True)  # type: ignore[union-attr]  # set just above
            glyph = icon_label("octagon-alert", 20, "danger")
            made = box("danger", row(glyph, (words, 1), gap=12), (16, 11, 16, 11))
            made.setAccessibleName(f"{sentence} {next_step}")
            self._problem.addWidget(made)

    def show_wait(self, seconds: int) -> None:
        """Count down to the next try."""
        self._wait = seconds
        words = self.tr("Try again in {seconds} s").format(seconds=seconds)
        self.enter.show_text(words if seconds else self.tr("Unlock"))
        self._enable()

    def _password_form(self) -> QWidget:
        title = col(
            label(self.tr("Welcome back"), "title"),
            para(self.tr("Unlock the records on this computer")),
            gap=0,
        )
        head = row(disc("lock", size=56, tone="accentText", fill="accent"), (title, 1), gap=16)
        parts = (
            head,
            14,
            label(self.tr("Password"), strong=True),
            self.password,
            4,
            row(self.enter, stretch),
        )
        return box("none", col(*parts, gap=8), 0)

    def _safe(self) -> QWidget:
        words = col(
            para(
                self.tr("What is unfinished is still here, encrypted on this computer"), tone=None
            ),
            para(self.tr("Unlocking needs no network"), "meta"),
            gap=1,
        )
        shield = icon_label("shield-check", 20, "success")
        return box("success", row(shield, (words, 1), gap=12), (16, 11, 16, 11))

    def _show_demo(self, password: str) -> None:
        fill = button(
            self.tr("Fill in"), lambda: self._fill(password), kind="plain", density="small"
        )
        fact = self.tr("Sample data")
        told = self.tr("Demo password: {password}").format(password=password)
        self._demo.addWidget(banner("accent", "lightbulb", fact, told, fill))
        self._demo.addSpacing(theme().space(18))

    def _show_enrolment(self) -> None:
        self._way_in.hide()
        self._shield.hide()
        self.enrol = EnrolForm(self._enrolled)
        self._enrolment.addWidget(self.enrol)
        self.enrol.setFocus()

    def _enrolled(self, asked: Enrolment) -> None:
        self._presenter.enrol(asked)

    def _fill(self, password: str) -> None:
        self.password.setText(password)
        self.enter.setFocus(Qt.FocusReason.TabFocusReason)

    def _unlock(self) -> None:
        if not self.password.text():
            self.password.setFocus()
        elif self.enter.isEnabled():
            self._presenter.unlock(self.password.text())

    def _enable(self) -> None:
        # Not disabled: the focus would go on to the next button, and a second Enter press that.
        self.password.setReadOnly(self._busy)
        self.enter.setEnabled(not self._busy and self._wait == 0)

    def _add_eye(self) -> None:
        from ui.widgets.icons import icon  # noqa: PLC0415  (one use)

        show = QAction(icon("eye", theme().text(18), theme().color("text2")), "", self.password)
        show.setToolTip(self.tr("Show the password"))
        show.setCheckable(True)
        modes = QLineEdit.EchoMode
        show.toggled.connect(
            lambda on: self.password.setEchoMode(modes.Normal if on else modes.Password)
        )
        self.password.addAction(show, QLineEdit.ActionPosition.TrailingPosition)
