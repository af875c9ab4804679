"""Small disks that run full, lose their power, or turn read-only; for root on Linux."""

import fcntl
import os
import struct
import subprocess
from pathlib import Path

import pytest

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_FLUSH = struct.pack("I", 2)  # what the file system had not written yet is gone


class Disks:
    """Makes disks below a folder; `close` takes all of them away again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Disk] = []

    def in_memory(self, size: str) -> "Disk":
        """A disk of a size such as `4m`."""
        return self._mounted("tmpfs", "tmpfs", f"size={size}")

    def ext4(self, megabytes: int) -> "Disk":
        """A journalling file system on a file; an error turns it read-only."""
        self._folder.mkdir(exist_ok=True)
        image = self._folder / f"{len(self._made)}.img"
        with image.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)
        try:
            _run("mkfs.ext4", "-q", "-F", str(image))
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            pytest.skip(f"cannot make a file system here: {error}")
        return self._mounted("ext4", str(image), "loop,errors=remount-ro")

    def close(self) -> None:
        for disk in self._made:
            disk.unmount()

    def _mounted(self, kind: str, source: str, options: str) -> "Disk":
        place = self._folder / f"{len(self._made)}"
        place.mkdir(parents=True)
        disk = Disk(place, kind, source, options)
        try:
            disk.mount()
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            pytest.skip(f"cannot mount a disk here: {error}")
        self._made.append(disk)
        return disk


class Disk:
    """One of them, at `place`."""

    def __init__(self, place: Path, kind: str, source: str, options: str) -> None:
        self.place = place
        self._kind, self._source, self._options = kind, source, options
        self._mounted = False

    def mount(self, *more: str) -> None:
        options = ",".join([self._options, *more])
        _run("mount", "-t", self._kind, "-o", options, self._source, str(self.place))
        self._mounted = True

    def unmount(self) -> None:
        if self._mounted:
            _run("umount", str(self.place))
            self._mounted = False

    def resize(self, size: str) -> None:
        _run("mount", "-o", f"remount,size={size}", str(self.place))

    def cut_power(self) -> None:
        """From now on nothing reaches the disk, and nothing comes from it."""
        handle = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, NO_FLUSH)
        finally:
            os.close(handle)

    def meet_an_error(self) -> None:
        """Let the file system find something wrong with itself: it turns read-only."""
        device = next(
            line.split()[0]
            for line in Path("/proc/mounts").read_text().splitlines()
            if line.split()[1] == str(self.place)
        )
        Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error").write_text("test")

    def repair(self) -> None:
        """Take the disk out, check it, and put it back."""
        self.unmount()
        checked = subprocess.run(
            ["e2fsck", "-f", "-p", self._source], capture_output=True, check=False
        )
        assert checked.returncode in (0, 1), checked.stdout
        self.mount()


def _run(*command: str) -> None:
    subprocess.run(command, capture_output=True, check=True)
