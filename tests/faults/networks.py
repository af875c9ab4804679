"""Two networks with a cable between them, and what can happen to it; for root on Linux."""

import os
import secrets
import subprocess

import pytest

CENTRE, LAPTOP = "10.99.0.1", "10.99.0.2"
FILTER = (
    "add table inet faults; "
    "add chain inet faults to_centre {{ type filter hook input priority 0; }}; "
    "add rule inet faults to_centre tcp dport 1-65535 {}"
)


class Network:
    """A centre's side and a laptop's side; `close` takes both away."""

    def __init__(self) -> None:
        name = f"gw{os.getpid()}{secrets.token_hex(2)}"
        self.centre, self.laptop = f"{name}c", f"{name}l"
        self._ends = f"{name[-12:]}c", f"{name[-12:]}l"
        self._made: list[str] = []
        try:
            self._build()
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            self.close()
            pytest.skip(f"no networks can be made here: {getattr(error, 'stderr', error)}")

    def at_centre(self) -> tuple[str, ...]:
        """Return what starts a program on the centre's side."""
        return ("ip", "netns", "exec", self.centre)

    def at_laptop(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.laptop)

    def lose(self, percent: int) -> None:
        """Let so many of the packets to the centre go nowhere."""
        self._filter(f"numgen random mod 100 < {percent} drop")

    def swallow(self) -> None:
        """Let no packet to the centre arrive; nobody is told."""
        self._filter("drop")

    def reset(self) -> None:
        """Answer every packet to the centre by the end of its connection."""
        self._filter("reject with tcp reset")

    def narrow(self, kilobits: int) -> None:
        """Let the laptop send only so much in a second."""
        rate = ("rate", f"{kilobits}kbit", "burst", "8k", "latency", "2s")
        self._run(
            "tc", "-n", self.laptop, "qdisc", "add", "dev", self._ends[1], "root", "tbf", *rate
        )

    def cut(self) -> None:
        """Take the cable out."""
        self._run("ip", "-n", self.laptop, "link", "set", self._ends[1], "down")

    def mend(self) -> None:
        """Make everything good again."""
        self._run(*self.at_centre(), "nft", "flush", "ruleset")
        if "tbf" in self._run("tc", "-n", self.laptop, "qdisc", "show", "dev", self._ends[1]):
            self._run("tc", "-n", self.laptop, "qdisc", "del", "dev", self._ends[1], "root")
        self._run("ip", "-n", self.laptop, "link", "set", self._ends[1], "up")

    def close(self) -> None:
        while self._made:
            self._run("ip", "netns", "del", self._made.pop())

    def _build(self) -> None:
        ours = zip((self.centre, self.laptop), self._ends, (CENTRE, LAPTOP), strict=True)
        for space in (self.centre, self.laptop):
            self._run("ip", "netns", "add", space)
            self._made.append(space)
        self._run("ip", "-n", self.centre, "link", "add", self._ends[0], "type", "veth",
                  "peer", "name", self._ends[1], "netns", self.laptop)  # fmt: skip
        for space, end, address in ours:
            self._run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", end)
            self._run("ip", "-n", space, "link", "set", end, "up")
            self._run("ip", "-n", space, "link", "set", "lo", "up")
        self._run(*self.at_centre(), "nft", "list", "ruleset")

    def _filter(self, rule: str) -> None:
        self._run(*self.at_centre(), "nft", FILTER.format(rule))

    @staticmethod
    def _run(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
