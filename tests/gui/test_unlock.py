"""The way in: a password, its failures, the demo, and the first contact with a centre."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel

from gridworker.app.ports import ProfileInfo
from gridworker.app.startup import DeviceWiped, KeyringMissing, WaitBeforeRetry, WrongSecret
from gridworker.main import tell
from ui.main_window import MainWindow
from ui.presenters.unlock import Enrolment, UnlockPresenter
from ui.views.unlock import UnlockScreen


class Doorman:
    """Answers at the door as it is told."""

    def __init__(self) -> None:
        self.profile = ProfileInfo(enrolled=True, home="/nowhere")
        self.asked: list[object] = []
        self.refuse: Exception | None = None
        self.hold = threading.Event()
        self.hold.set()

    def info(self) -> ProfileInfo:
        return self.profile

    def open(self, asked: object) -> str:
        self.asked.append(asked)
        self.hold.wait(5)
        if self.refuse is not None:
            raise self.refuse
        return "desk"


class Seconds:
    """Passes when the test says so: a busy computer would skip a number that shows for one."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, milliseconds: int, work: Callable[[], None]) -> Callable[[], None]:
        assert milliseconds == 1000
        self.waiting.append(work)
        return self.waiting.clear

    def pass_one(self) -> None:
        self.waiting.pop()()


@pytest.fixture
def door() -> Doorman:
    return Doorman()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def open_screen(door, lanes, qtbot, seconds):
    made: list[tuple[UnlockPresenter, UnlockScreen]] = []

    def build() -> tuple[UnlockScreen, list[object]]:
        opened: list[object] = []
        presenter = UnlockPresenter(
            info=door.info,
            unlock=door.open,
            enrol=door.open,
            lane=lanes("door"),
            later=seconds,
            tell=tell,
            opened=opened.append,
        )
        screen = UnlockScreen(presenter, version="0", on_look=lambda: None)
        qtbot.addWidget(screen)
        presenter.start(screen)
        made.append((presenter, screen))
        screen.show()
        return screen, opened

    yield build
    door.hold.set()
    for presenter, _ in made:
        presenter.close()


def test_the_right_password_opens(open_screen, door, drive, qtbot):
    screen, opened = open_screen()
    user = drive(screen)
    screen.password.setFocus()
    user.type("correct horse")
    user.press("Return")
    qtbot.waitUntil(lambda: opened == ["desk"])
    assert door.asked == ["correct horse"]


def test_a_wrong_password_is_told_with_a_next_step(open_screen, door, drive, qtbot):
    door.refuse = WrongSecret()
    screen, opened = open_screen()
    user = drive(screen)
    screen.password.setFocus()
    user.type("wrong")
    user.click(screen.enter)
    sentence, next_step = tell(WrongSecret())
    qtbot.waitUntil(lambda: problem(screen) == f"{sentence} {next_step}")
    assert next_step
    assert screen.password.isEnabled()
    assert screen.password.selectedText() == "wrong" or screen.password.hasSelectedText()
    assert opened == []


def problem(screen) -> str:
    item = screen._problem.itemAt(0)
    return item.widget().accessibleName() if item is not None else ""


def test_nothing_is_pressed_twice_while_the_key_is_made(open_screen, door, drive, qtbot):
    door.hold.clear()
    screen, opened = open_screen()
    user = drive(screen)
    screen.password.setText("pw")
    user.click(screen.enter)
    assert not screen.enter.isEnabled()
    assert screen.enter.accessibleName() == "正在打开…"
    user.click(screen.enter)
    door.hold.set()
    qtbot.waitUntil(lambda: opened == ["desk"])
    assert door.asked == ["pw"]


def test_pressing_enter_again_while_it_opens_does_nothing_else(open_screen, door, drive, qtbot):
    door.hold.clear()
    screen, opened = open_screen()
    user = drive(screen)
    screen.password.setFocus()
    user.type("pw")
    user.press("Return")
    assert screen.password.hasFocus()
    user.type("x")
    user.press("Return")
    door.hold.set()
    qtbot.waitUntil(lambda: opened == ["desk"])
    assert door.asked == ["pw"]
    assert screen.password.text() == "pw"


def test_an_empty_password_asks_for_one(open_screen, door, drive):
    screen, _ = open_screen()
    user = drive(screen)
    user.click(screen.enter)
    assert screen.password.hasFocus()
    assert door.asked == []


def test_too_many_tries_count_down(open_screen, door, drive, qtbot, seconds):
    door.refuse = WaitBeforeRetry(seconds=2)
    screen, _ = open_screen()
    user = drive(screen)
    screen.password.setText("pw")
    user.click(screen.enter)
    qtbot.waitUntil(lambda: screen.enter.accessibleName() == "2 秒后再试")
    assert not screen.enter.isEnabled()
    assert "（2 秒）" in problem(screen)
    seconds.pass_one()
    assert screen.enter.accessibleName() == "1 秒后再试"
    assert "（1 秒）" in problem(screen)
    assert not screen.enter.isEnabled()
    seconds.pass_one()
    assert screen.enter.isEnabled()
    assert screen.enter.accessibleName() == "解锁"
    assert problem(screen) == ""
    assert not seconds.waiting


@pytest.mark.parametrize("failure", [KeyringMissing(), WrongSecret(), WaitBeforeRetry(seconds=1)])
def test_every_failure_has_words(failure):
    sentence, next_step = tell(failure)
    assert sentence
    assert next_step


def test_a_bug_has_none():
    assert tell(KeyError("x")) is None


def test_the_demo_password_is_shown_and_filled_in(open_screen, door, drive, named, qtbot):
    door.profile = ProfileInfo(enrolled=True, home="/nowhere", demo_password="yanshi-2026")
    screen, opened = open_screen()
    user = drive(screen)
    qtbot.waitUntil(
        lambda: screen._demo.count() > 0 and screen._demo.itemAt(0).widget().isVisible()
    )
    assert named(screen, "示例数据 演示密码：yanshi-2026")
    user.click(named(screen, "填入"))
    user.press("Return")
    qtbot.waitUntil(lambda: opened == ["desk"])
    assert door.asked == ["yanshi-2026"]
    assert user.clicks + user.keys == 2


def test_a_new_computer_is_enrolled(open_screen, door, drive, qtbot):
    door.profile = ProfileInfo(enrolled=False, home="/nowhere")
    screen, opened = open_screen()
    user = drive(screen)
    qtbot.waitUntil(lambda: screen.enrol is not None and screen.enrol.enrol.isVisible())
    form = screen.enrol
    assert not form.enrol.isEnabled()
    for field, text in (
        (form.centre, "https://zhongxin.example"),
        (form.code, "ABCD-1234"),
        (form.password, "a long password 1"),
        (form.again, "another"),
    ):
        field.setFocus()
        user.type(text)
    user.click(form.enrol)
    assert form.again.property("wrong") == "true"
    assert form.differ.isVisible()
    assert form.differ.text() == "两次输入的密码不一样"
    assert form.again.hasFocus()
    user.type("a long password 1")
    user.press("Return")
    qtbot.waitUntil(lambda: opened == ["desk"])
    assert door.asked == [
        Enrolment(centre="https://zhongxin.example", code="ABCD-1234", password="a long password 1")
    ]


@pytest.mark.parametrize("left", ["nothing", "delivered", "kept"])
def test_a_computer_that_was_withdrawn_says_so_calmly_and_what_became_of_the_rest(
    open_screen, door, qtbot, left
):
    door.profile = ProfileInfo(enrolled=False, home="/nowhere", wiped=left)
    screen, _ = open_screen()
    told, _ = tell(DeviceWiped(detail=left))
    qtbot.waitUntil(lambda: any(told in text.text() for text in screen.findChildren(QLabel)))
    assert ("left-behind.gwp" in told) == (left == "kept")
    assert screen.enrol is not None


def test_the_picture_goes_where_there_is_no_room_beside_the_form(open_screen, qtbot):
    screen, _ = open_screen()
    window = MainWindow(lambda: True)
    window.show_lock(screen)
    window.show()
    assert screen._dusk.isVisible()
    window.fit(QSize(960, 500))
    qtbot.waitUntil(lambda: not screen._dusk.isVisible())
    assert screen.enter.mapTo(window, screen.enter.rect().topLeft()).x() > 0
    window.takeCentralWidget()
    window.deleteLater()
