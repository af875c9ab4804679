"""What processes have used of the processors."""

import os
from collections import defaultdict
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(*roots: int) -> float:
    """Return the processor time of these processes, of their children, and of those that ended."""
    children, spent = defaultdict(list), {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # it has just ended
                continue
            fields = stat.rpartition(")")[2].split()
            children[int(fields[1])].append(int(entry.name))
            spent[int(entry.name)] = sum(map(int, fields[11:15])) / TICK
    left, total = list(roots), 0.0
    while left:
        process = left.pop()
        total += spent.get(process, 0.0)
        left += children[process]
    return total
