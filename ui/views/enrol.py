"""The first contact with a centre: its address, the one-time code, and the password to come."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from ui.presenters.unlock import Enrolment
from ui.widgets.button import button
from ui.widgets.field import line_field, mark_wrong
from ui.widgets.layout import col, row, stretch
from ui.widgets.marks import disc
from ui.widgets.text import label, para


class EnrolForm(QWidget):
    """Reports what was filled in; the two passwords have to be the same."""

    def __init__(self, on_enrol: Callable[[Enrolment], None]) -> None:
        super().__init__()
        self._on_enrol, self._busy = on_enrol, False
        self.enrol = button(
            self.tr("Enrol this computer"), self._press, kind="primary", density="large"
        )
        self.centre = self._field(self.tr("Address of the centre"), "https://")
        self.code = self._field(self.tr("One-time code"), self.tr("From your administrator"))
        self.password = self._field(self.tr("New password"), "")
        self.again = self._field(self.tr("The password again"), "")
        self.ca = line_field(
            self.tr("Certificate file"), placeholder=self.tr("Only if the centre gave you one")
        )
        for secret in (self.password, self.again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        title = col(
            label(self.tr("This computer has no records yet"), "title"),
            para(self.tr("Enrol it once with the code you were given; this needs the network.")),
            gap=0,
        )
        head = row(disc("layers", size=56, tone="accentText", fill="accent"), (title, 1), gap=16)
        fields = (self.centre, self.code, self.password, self.again, self.ca)
        parts: list[QWidget] = [
            part for field in fields for part in (label(field.accessibleName(), strong=True), field)
        ]
        self.differ = label(self.tr("The two passwords are not the same"), "meta", "danger")
        self.differ.hide()
        parts.insert(parts.index(self.again) + 1, self.differ)
        self.setLayout(col(head, 10, *parts, 8, row(self.enrol, stretch), gap=6))
        self.setFocusProxy(self.centre)
        self._enable()

    def set_busy(self, busy: bool) -> None:
        """Let nothing be pressed twice."""
        self._busy = busy
        self.enrol.show_text(self.tr("Enrolling…") if busy else self.tr("Enrol this computer"))
        self._enable()

    def _field(self, name: str, placeholder: str) -> QLineEdit:
        return line_field(
            name, placeholder=placeholder, on_edit=lambda _t: self._enable(), on_enter=self._press
        )

    def _enable(self) -> None:
        fields = (self.centre, self.code, self.password, self.again)
        self.enrol.setEnabled(not self._busy and all(field.text() for field in fields))

    def _press(self) -> None:
        same = self.password.text() == self.again.text()
        mark_wrong(self.again, not same)
        self.differ.setVisible(not same)
        if not same:
            self.again.setFocus()
            self.again.selectAll()
        if self.enrol.isEnabled() and same:
            self._on_enrol(
                Enrolment(
                    centre=self.centre.text().strip(),
                    code=self.code.text().strip(),
                    password=self.password.text(),
                    ca=self.ca.text().strip(),
                )
            )
