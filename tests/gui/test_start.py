"""What a start does not load: the window comes up first, and the day before everything else."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEventLoop

LATE = {"sqlalchemy", "alembic", "requests", "urllib3", "keyring", "PIL", "asyncio"}
PRODUCT = {"sqlcipher3", "argon2", "cryptography", "gridworker.build", "sync"}


def loaded(names):
    print(sorted(names & sys.modules.keys()))


from gridworker import main
from ui.application import make_application

home = Path(sys.argv[1])
app = make_application(["gridworker"], main.chosen_look(main.Settings()))
program = main.Program(app, lambda: main.open_door(home), home, main.Settings())
loaded(LATE | PRODUCT)
program.start()
screen = program.window.centralWidget()
screen.password.setText(os.environ["GRIDWORKER_PASSWORD"])
screen.enter.click()
while program.window.workspace is None:
    app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
loaded(LATE)
loaded(PRODUCT)
program.window.close()
app.exec()
"""


def test_what_is_heavy_is_loaded_when_it_is_needed(laptop):
    done = subprocess.run(
        [sys.executable, "-P", "-c", START, str(laptop.home)],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "GRIDWORKER_PASSWORD": laptop.password,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, unlocked, product = done.stdout.splitlines()
    assert before == "[]"
    assert unlocked == "[]"
    assert "gridworker.build" in product


def test_the_way_in_loads_nothing_but_what_the_password_needs():
    late = "{'sqlalchemy', 'requests', 'keyring', 'sync', 'gridworker.app.profile', 'PySide6'}"
    asked = f"import sys, gridworker.app.entry; print(sorted({late} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", asked],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"
