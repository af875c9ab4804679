"""Extension modules wait while the media plugin is loaded: side by side both would stand still."""

import importlib
import sys
import threading
from importlib.util import find_spec

import pytest

from ui.loading import LOADING, take_turns

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
        assert name not in sys.modules or not there.is_set()
    assert there.wait(20)
    loader.join()
    assert name in sys.modules
