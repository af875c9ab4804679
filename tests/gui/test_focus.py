"""Keyboard focus has a ring; a click leaves none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import dump

from ui.keys import bind, unbind
from ui.screens.contract import Action
from ui.widgets.button import button
from ui.widgets.focus import FocusRing
from ui.widgets.layout import col
from ui.widgets.sheet import Sheet
from ui.widgets.switch import Switch


@pytest.fixture
def window(qtbot):
    made = QWidget()
    layout = QVBoxLayout(made)
    for part in (button("one", print), button("two", print), Switch("three", print)):
        layout.addWidget(part)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    by_hand(layout.itemAt(1).widget())
    return made


def by_hand(button):
    """Nobody has used a key, and nothing is in focus."""
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    button.clearFocus()


def ringed(window):
    rings = [ring for ring in window.findChildren(FocusRing) if ring.isVisible()]
    return [window.layout().indexOf(ring.target) for ring in rings]


def test_the_ring_goes_with_the_focus(window):
    window.layout().itemAt(0).widget().setFocus(Qt.FocusReason.OtherFocusReason)
    assert ringed(window) == []
    for place in (1, 2):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert ringed(window) == [place]
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab)
    assert ringed(window) == [1]


def test_the_program_moves_the_focus_as_the_person_did(window):
    first, second, third = (window.layout().itemAt(place).widget() for place in range(3))
    first.setFocus(Qt.FocusReason.TabFocusReason)
    third.setFocus()
    assert ringed(window) == [2]
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    third.setFocus()
    assert ringed(window) == []


def test_what_a_key_led_to_is_ringed(window):
    first = window.layout().itemAt(0).widget()
    (bound,) = bind(window, [Action("go", "Go", first.setFocus, "F9")])
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert ringed(window) == [0]
    unbind(window, [bound])


def test_a_click_takes_the_ring_away(window):
    window.layout().itemAt(0).widget().setFocus(Qt.FocusReason.TabFocusReason)
    assert ringed(window) == [0]
    QTest.mouseClick(window.layout().itemAt(1).widget(), Qt.MouseButton.LeftButton)
    assert ringed(window) == []


def test_the_ring_follows_its_button(window, qtbot):
    first = window.layout().itemAt(0).widget()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    (ring,) = window.findChildren(FocusRing)
    before = ring.geometry()
    window.resize(window.width() + 80, window.height() + 80)
    qtbot.waitUntil(lambda: ring.geometry() != before)
    assert ring.geometry().contains(first.geometry())


def test_the_ring_follows_what_its_button_stands_in(qtbot):
    window = QWidget()
    pane = QWidget(window)
    first = button("one", print)
    QVBoxLayout(pane).addWidget(first)
    qtbot.addWidget(window)
    window.resize(400, 400)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    first.clearFocus()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    (ring,) = (ring for ring in window.findChildren(FocusRing) if ring.isVisible())
    pane.move(60, 120)
    assert ring.geometry().center() == first.mapTo(window, first.rect().center())


def test_the_ring_goes_when_its_button_does(window, qtbot):
    first = window.layout().itemAt(0).widget()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    (ring,) = window.findChildren(FocusRing)
    with qtbot.waitSignal(ring.destroyed):
        first.deleteLater()


def test_walking_through_a_sheet_ties_no_widgets_together(window):
    behind = [window.layout().itemAt(place).widget() for place in range(3)]
    inside = [button(name, print) for name in ("four", "five")]
    sheet = Sheet(window, col(*inside), name="sheet", width=300)
    for here in (*inside, inside[0]):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert window.focusWidget() is here
    owners = [line for part in (*behind, *inside) for line in dump(part).splitlines()]
    assert not any(line.startswith("parent") and "Button" in line for line in owners)
    sheet.dismiss()
