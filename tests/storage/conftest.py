"""A real Secret Service on a bus of its own, for tests of the vault."""

import gc
import os
import shutil
import signal
import subprocess
import threading
import warnings
from contextlib import closing, contextmanager

import pytest
import secretstorage
from keyring.backends import SecretService as SecretServiceBackEnd

from gridworker.storage.os_keyring import choose_keystore

BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
PASSWORD = b"password of the desktop"
DAEMON = ("gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock")
SERVICE = """[D-BUS Service]
Name=org.freedesktop.secrets
Exec=/bin/sh {folder}/daemon.sh
"""


class SecretService:
    """gnome-keyring behind a private dbus-daemon; `locked` closes it as a screen lock does.

    The bus starts it anew when it has died, as a desktop's does: a client that is killed while it
    asks can take the daemon with it (an assertion of GLib).
    """

    def __init__(self, folder):
        self.address = f"unix:path={folder}/bus"
        self.env = {
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
        }
        (folder / "services").mkdir()
        service = folder / "services" / "org.freedesktop.secrets.service"
        service.write_text(SERVICE.format(folder=folder))
        (folder / "password").write_bytes(PASSWORD)
        (folder / "daemon.sh").write_text(f"exec {' '.join(DAEMON)} < {folder}/password\n")
        (folder / "bus.conf").write_text(BUS.format(folder=folder))
        self._bus = self._start(
            "dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"
        )
        assert self._bus.stdout.readline()
        self._daemon = self._unlocked_daemon()

    def _unlocked_daemon(self):
        daemon = self._start(*DAEMON)
        daemon.stdin.write(PASSWORD)
        daemon.stdin.close()
        assert not daemon.stdout.readline()  # it closes its output when it is ready
        return daemon

    def _start(self, *command):
        return subprocess.Popen(
            command,
            env=os.environ | self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @contextmanager
    def locked(self):
        """Close the keyring; nobody is there to open it, as when the prompt is dismissed."""
        with no_leak_warnings(), closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()
            yield
        self._stop(self._daemon)
        self._daemon = self._unlocked_daemon()

    def kill(self):
        """Let the daemon die."""
        self._daemon.kill()
        self._daemon.wait(10)

    @contextmanager
    def dying(self):
        """Let the daemon die while it is asked."""
        self._daemon.send_signal(signal.SIGSTOP)
        death = threading.Timer(1.0, self.kill)
        death.start()
        yield
        death.join()

    @staticmethod
    def _stop(process):
        process.terminate()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()

    def close(self):
        self._stop(self._daemon)
        self._stop(self._bus)


@contextmanager
def no_leak_warnings():
    """The Secret Service back end forgets its socket when it fails; that is not ours to report."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        yield
        gc.collect()


@pytest.fixture(scope="session")
def secret_service_daemon(tmp_path_factory):
    for program in ("dbus-daemon", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    service = SecretService(tmp_path_factory.mktemp("keyring"))
    yield service
    service.close()


@pytest.fixture
def secret_service(secret_service_daemon, monkeypatch):
    """The private Secret Service, with this process looking at it."""
    for name, value in secret_service_daemon.env.items():
        monkeypatch.setenv(name, value)
    return secret_service_daemon


@pytest.fixture
def keystore(secret_service):
    """The product's view of that Secret Service."""
    return choose_keystore(SecretServiceBackEnd.Keyring)
