"""The toast: tells a result for some seconds and may offer to undo it. Never for errors."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.button import button
from ui.widgets.layout import row
from ui.widgets.text import icon_label, label
from ui.widgets.theme import theme

SHOWN_MS = 10_000
_ABOVE_ACTIONS = 114


class Toast(QFrame):
    """Stands above the action bar of its window, hides nothing that can be pressed, then goes.

    `on_undo` is called when the person takes the result back; `on_gone` when the toast leaves
    for any other reason.
    """

    def __init__(
        self,
        window: QWidget,
        text: str,
        *,
        undo: str = "",
        hint: str = "",
        on_undo: Callable[[], None] | None = None,
        on_gone: Callable[[], None] | None = None,
        shown_ms: int = SHOWN_MS,
    ) -> None:
        super().__init__(window)
        self.text, self._window = text, window
        self._on_undo, self._on_gone, self._ended = on_undo, on_gone, False
        self.setProperty("box", "toast")
        self.setAccessibleName(text)
        parts = [icon_label("circle-check", 20, "onInverse"), label(text)]
        line = row(*parts, gap=10, margins=(18, 9, 10 if on_undo else 18, 9))
        if on_undo is not None:
            line.addSpacing(theme().space(12))
            line.addWidget(
                button(
                    undo, self.take_back, kind="toast", icon="undo-2", hint=hint, density="small"
                )
            )
        self.setLayout(line)
        self._timer = QTimer(self, singleShot=True, interval=shown_ms)
        self._timer.timeout.connect(self.leave)
        self._timer.start()
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    @property
    def can_undo(self) -> bool:
        """Whether Ctrl+Z means this toast now."""
        return self._on_undo is not None and not self._ended

    def take_back(self) -> None:
        """Undo the result, as the person wishes."""
        if self.can_undo and self._on_undo is not None:
            self._end()
            self._on_undo()

    def leave(self) -> None:
        """Go without undoing."""
        if not self._ended:
            self._end()
            if self._on_gone is not None:
                self._on_gone()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is watched."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _end(self) -> None:
        self._ended = True
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def _place(self) -> None:
        self.ensurePolished()
        self.adjustSize()
        window = self._window
        left = (window.width() - self.width()) // 2
        top = window.height() - self.height() - theme().space(_ABOVE_ACTIONS)
        self.move(max(0, left), max(0, top))
