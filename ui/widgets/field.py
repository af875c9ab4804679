"""Fields to type into; the words that stand above a field are its accessible name."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ui.widgets.theme import theme


def line_field(
    name: str,
    *,
    placeholder: str = "",
    text: str = "",
    large: bool = False,
    on_edit: Callable[[str], None] | None = None,
    on_enter: Callable[[], None] | None = None,
) -> QLineEdit:
    """Return a field of one line; `on_edit` hears what the person typed, not what we set."""
    made = QLineEdit(text)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    if large:
        made.setProperty("density", "large")
    if on_edit is not None:
        made.textEdited.connect(on_edit)
    if on_enter is not None:
        made.returnPressed.connect(on_enter)
    return made


def text_field(
    name: str,
    *,
    placeholder: str = "",
    text: str = "",
    lines: int = 3,
    on_edit: Callable[[], None] | None = None,
) -> QPlainTextEdit:
    """Return a field of several lines; Tab leaves it."""
    made = QPlainTextEdit(text)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    made.setTabChangesFocus(True)
    now = theme()
    made.setFixedHeight(round(now.text(14) * 1.5) * lines + now.space(16))
    if on_edit is not None:
        made.textChanged.connect(on_edit)
    return made


def mark_wrong(field: QWidget, wrong: bool) -> None:
    """Outline a field that the person must look at again, or take the outline away."""
    field.setProperty("wrong", "true" if wrong else "false")
    field.style().unpolish(field)
    field.style().polish(field)


def show_text(field: QLineEdit | QPlainTextEdit, text: str) -> None:
    """Put text into a field; one that says so already keeps its cursor."""
    if isinstance(field, QLineEdit):
        if field.text() != text:
            field.setText(text)
    elif field.toPlainText() != text:
        field.setPlainText(text)
