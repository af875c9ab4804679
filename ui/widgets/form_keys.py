"""Keys of a form, which go before those of the window it is in."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame

Keys = Mapping[str, Callable[[], None]]


class FormKeys:
    """Calls what `keys` names ("Ctrl+Return", "F4", "7") unless the focused field wants the key.

    The window's own shortcuts of the same keys do not fire: two would be ambiguous for Qt, and
    then neither runs.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = {_combination(text): run for text, run in keys.items()}

    def claims(self, event: QEvent) -> bool:
        """Claim our keys before the window's shortcuts do; say whether this was one."""
        ours = isinstance(event, QKeyEvent) and self._meant(event) is not None
        if ours:
            event.accept()
        return ours

    def answers(self, event: QKeyEvent) -> bool:
        """Do what a key means that no field wanted; a key held down does it once."""
        run = self._meant(event)
        if run is not None and not event.isAutoRepeat():
            run()
        return run is not None

    def _meant(self, event: QKeyEvent) -> Callable[[], None] | None:
        pressed = event.keyCombination()
        without_pad = pressed.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self._keys.get(QKeyCombination(without_pad, pressed.key()))


class KeyPane(QFrame):
    """A pane with such keys; they are given once its content is made."""

    def __init__(self) -> None:
        self._keys = FormKeys({})
        super().__init__()
        self.setProperty("box", "pane")

    def use(self, keys: Keys) -> None:
        """Answer these keys from now on."""
        self._keys = FormKeys(keys)

    def event(self, event: QEvent) -> bool:
        """Claim our keys."""
        # Asked for nothing else: a widget that goes has no attributes any more.
        asked = event.type() == QEvent.Type.ShortcutOverride
        return (asked and self._keys.claims(event)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer a key that no field wanted."""
        if not self._keys.answers(event):
            super().keyPressEvent(event)


def stay() -> None:
    """Do nothing: a form that is open is not opened again by its own key."""


def _combination(text: str) -> QKeyCombination:
    # WORKAROUND: the stubs do not know that a sequence can be indexed.
    return QKeySequence(text)[0]  # type: ignore[index,no-any-return]
