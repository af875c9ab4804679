"""Extension modules wait while the media plugin is loaded: side by side both would stand still."""

import importlib
import sys
import threading
from importlib.util import find_spec

import pytest
from PySide6.QtCore import QObject

from ui.loading import LOADING, take_turns
from ui.photo_sources import camera as cameras
from ui.photo_sources.camera import QtCamera

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
        def _look_for_one(self):
            other = threading.Thread(target=try_to_take)
            other.start()
            other.join()

    owner = QObject()
    camera = Looked(owner)
    camera.start(lambda _image: None, lambda _code: None)
    qtbot.waitUntil(lambda: bool(taken))
    camera.stop()
    assert taken == [False]


@pytest.mark.qt_log_ignore("^Couldn't ", extend=True)  # libraries that this machine lacks
def test_the_cameras_library_is_asked_for_only_by_who_holds_what_others_wait_for():
    there = threading.Event()

    def load():
        cameras.load_library()
        there.set()

    with LOADING:
        loader = threading.Thread(target=load)
        loader.start()
        assert not there.wait(0.3)
    assert there.wait(20)
    loader.join()
