"""Extension modules wait while the media plugin is loaded: side by side both would stand still."""

import importlib
import subprocess
import sys
import threading
from importlib.util import find_spec

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, qDebug, qInstallMessageHandler
from PySide6.QtWidgets import QWidget

from ui.loading import LOADING, take_turns, without_python
from ui.photo_sources.camera import QtCamera
from ui.translations import Labels

SELDOM = ("_lsprof", "_xxsubinterpreters", "audioop", "nis", "ossaudiodev", "_testbuffer")


def unloaded():
    """Return the name of an extension module that this process has not loaded yet."""
    for name in SELDOM:
        spec = None if name in sys.modules else find_spec(name)
        if spec is not None and str(spec.origin).endswith((".so", ".pyd")):
            return name
    return pytest.skip("every extension module is loaded or built in")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_extension_module_waits_until_the_plugin_is_there():
    take_turns()
    name, there = unloaded(), threading.Event()

    def load():
        importlib.import_module(name)
        there.set()

    with LOADING:
        loader = threading.Thread(target=load)
        loader.start()
        assert not there.wait(0.3)
    assert there.wait(20)
    loader.join()
    assert name in sys.modules


def test_the_camera_holds_what_others_wait_for_while_it_is_looked_for(qtbot):
    taken = []

    def try_to_take():
        taken.append(LOADING.acquire(blocking=False))

    class Looked(QtCamera):
        @staticmethod
        def look_for_one():
            other = threading.Thread(target=try_to_take)
            other.start()
            other.join()
            raise ImportError

    owner = QObject()
    camera = Looked(owner)
    failed = []
    camera.start(lambda _image: None, failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert (taken, failed) == ([False], ["library"])


def test_no_python_of_ours_is_called_while_a_library_of_qt_is_loaded(app, qtbot):
    heard, told = [], []

    class Ear(QWidget):
        def changeEvent(self, event):
            heard.append(event.type())

    ear = Ear()
    qtbot.addWidget(ear)
    ear.show()
    labels = Labels(app, "zh_CN")
    app.installTranslator(labels)
    app.processEvents()
    heard.clear()
    before = qInstallMessageHandler(lambda _kind, _where, text: told.append(text))
    try:
        with without_python():
            assert QCoreApplication.translate("places", "Today") == "Today"
            qDebug("unheard")
        qDebug("heard")
        assert QCoreApplication.translate("places", "Today") == "今日"
    finally:
        qInstallMessageHandler(before)
        app.removeTranslator(labels)
    app.processEvents()
    assert told == ["heard"]
    assert heard.count(QEvent.Type.LanguageChange) <= 1  # of the line above, none of the block


CHILD = """
import ctypes, sys, threading
from PySide6.QtWidgets import QApplication
from ui import translations
from ui.application import log_qt_messages
from ui.loading import take_turns
from ui.photo_sources.camera import look_ahead

app = QApplication([])
translations.install(app)
log_qt_messages()
take_turns()
sys.setswitchinterval(1e-6)

def look_up():
    while True:
        ctypes.CDLL(None)

for _ in range(4):
    threading.Thread(target=look_up, daemon=True).start()
look_ahead()
print("there", flush=True)
"""


def test_a_thread_that_looks_symbols_up_and_the_first_look_for_a_camera_both_go_on():
    """With labels or log of ours in between, each had what the other one waited for."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", CHILD], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout == "there\n"
