"""What is wrong with a typed command: the parser's English complaints as codes and facts."""

import argparse
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

Help = Callable[[str], str]

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
    """A parser that raises Misused where another would print and end the process.

    `help_` says what headings and the option of help itself are called.
    """

    def __init__(self, *, help_: Help, **more: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **more)
        self._positionals.title, self._optionals.title = help_("arguments"), help_("options")
        self._usage_word = help_("usage")
        self.add_argument("-h", "--help", action="help", help=help_("help"))

    def format_help(self) -> str:
        """Return the help with its first word in its language."""
        return super().format_help().replace("usage: ", self._usage_word, 1)

    def error(self, message: str) -> NoReturn:
        """Raise Misused for a complaint; what this Python words otherwise is quoted."""
        found = ((code, re.fullmatch(pattern, message, re.DOTALL)) for code, pattern in _COMPLAINTS)
        code, facts = next((code, match.groupdict()) for code, match in found if match)
        usage = " ".join(self.format_usage().split()).removeprefix("usage: ")
        if "choices" in facts:
            facts["choices"] = facts["choices"].replace("'", "")
        raise Misused(code, {**facts, "usage": usage})
