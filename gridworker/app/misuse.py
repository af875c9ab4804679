"""What is wrong with a typed command: the parser's English complaints as codes and facts."""

import argparse
import re
from collections.abc import Mapping
from typing import NoReturn

_COMPLAINTS = (
    ("usage_missing", r"the following arguments are required: (?P<names>.+)"),
    ("usage_unknown", r"unrecognized arguments: (?P<names>.+)"),
    (
        "usage_verb",
        r"argument VERB: invalid choice: '(?P<value>.*?)' \(choose from (?P<choices>.+)\)",
    ),
    (
        "usage_choice",
        r"argument (?P<name>.+?): invalid choice: '(?P<value>.*?)' \(choose from (?P<choices>.+)\)",
    ),
    ("usage_value", r"argument (?P<name>.+?): expected (?:at least )?one argument"),
    ("usage_no_value", r"argument (?P<name>.+?): ignored explicit argument .*"),
    ("usage_wrong", r"(?P<message>.*)"),
)


class Misused(Exception):
    """A command that does not follow the grammar; `code` names its words in `resources/words`."""

    def __init__(self, code: str, facts: Mapping[str, object]) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Parser(argparse.ArgumentParser):
    """A parser that raises Misused where another would print and end the process."""

    def error(self, message: str) -> NoReturn:
        """Raise Misused for a complaint; what this Python words otherwise is quoted."""
        found = ((code, re.fullmatch(pattern, message, re.DOTALL)) for code, pattern in _COMPLAINTS)
        code, facts = next((code, match.groupdict()) for code, match in found if match)
        usage = " ".join(self.format_usage().split()).removeprefix("usage: ")
        if "choices" in facts:
            facts["choices"] = facts["choices"].replace("'", "")
        raise Misused(code, {**facts, "usage": usage})
