"""Drives the program from outside by its accessible names, as a screen reader does.

Runs under the system's Python, for the bindings are not in a venv: `at_spi_client.py PASSWORD`.
Prints what it found as one JSON document.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  (the version comes first)

PATIENCE = 120  # a look at the whole tree asks the program thousands of times


def walk(node):
    """Yield a node and everything below it."""
    yield node
    for number in range(node.get_child_count()):
        child = node.get_child_at_index(number)
        if child is not None:
            yield from walk(child)


def until(what, find):
    """Return what `find` returns once it is something; the tree changes while we look."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = find()
        except GLib.Error:
            found = None
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"not found within {PATIENCE} s: {what}")


def application():
    """Return our application."""
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(number)
        if child is not None and child.get_name() == "gridworker":
            return child
    return None


def showing(app, name, roles=()):
    """Return the first visible node of a name, and of one of the roles when they are given."""
    for node in walk(app):
        states = node.get_state_set()
        fits = not roles or node.get_role_name() in roles
        if node.get_name() == name and fits and states.contains(Atspi.StateType.SHOWING):
            return node
    return None


def press(app, name):
    """Press what is called so."""
    buttons = ("push button", "button", "toggle button", "check box")
    node = until(f"button {name}", lambda: showing(app, name, buttons))
    node.get_action_iface().do_action(0)


def main(password: str) -> None:
    """Unlock, walk through the places, and say what was there."""
    Atspi.init()
    app = until("the application", application)
    window = until("the window", lambda: app.get_child_at_index(0))
    field = until("password", lambda: showing(app, "密码", ("password text", "text", "entry")))
    field.get_editable_text_iface().set_text_contents(password)
    press(app, "解锁")
    places = ["今日", "巡查", "工单", "同步中心"]
    found = [name for name in places if until(name, lambda name=name: showing(app, name))]
    press(app, "工单")
    until("the search", lambda: showing(app, "搜索工单"))
    press(app, "当场办结")
    panel = until("the panel", lambda: showing(app, "说明", ("text", "entry")))
    report = {
        "application": app.get_name(),
        "window": window.get_name(),
        "places": found,
        "panel": panel.get_name(),
    }
    print(json.dumps(report, ensure_ascii=False))  # noqa: T201  (its answer)


main(sys.argv[1])
