"""Deadlines in sentences: 为什么是这个时间, line by line."""

from collections.abc import Iterable

from gridworker.app.words import CHINESE, say
from gridworker.domain.clocks import Reading
from gridworker.domain.lines import ClockLine
from gridworker.domain.why import Why, WhyLine

ZERO_IS_NOTHING = frozenset({"weekends", "off"})


def clock_line(reading: Reading, language: str = CHINESE) -> ClockLine:
    """Return a clock as the detail pane and the command line show it."""
    return ClockLine(
        what=str(reading.what),
        due=reading.due,
        paused=reading.paused,
        why=explain(reading.why, language),
    )


def explain(lines: Iterable[WhyLine], language: str = CHINESE) -> tuple[str, ...]:
    """Return the sentences of an explanation; every figure of the lines stands in them."""
    return tuple(_sentence(line, language) for line in lines)


def _sentence(line: WhyLine, language: str) -> str:
    facts = {
        name: None if value in ([], 0) and _is_nothing(name, value) else value
        for name, value in line.facts.items()
    }
    return say(_key(line), facts, language).sentence


def _is_nothing(name: str, value: object) -> bool:
    return value == [] or name in ZERO_IS_NOTHING


def _key(line: WhyLine) -> str:
    if line.code is Why.START:
        by_rule = line.facts["rule"] == "day_end"
        return f"{line.code}.{'day_end' if by_rule else line.facts['type']}"
    if line.code is Why.COUNTED and line.facts["days"] == 1:
        return f"{line.code}.one"
    return str(line.code)
