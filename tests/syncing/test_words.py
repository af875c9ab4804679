"""Everything syncing can say has a sentence and a next step in both languages."""

import re
from pathlib import Path

import pytest

import sync
from gridworker.app.words import say
from gridworker.wire import Problem, problem_type
from sync.problem import TABLE, CentreSaid

SOURCES = Path(sync.__file__).parent
WRITTEN = re.compile(r'"(sync_[a-z_]+|no_connection|not_the_centre|unknown_certificate)"')
OTHERS = {"timeout", "no_secure_connection", "demo_offline", "E_DISK_FULL", "sync_unexpected"}


def codes() -> set[str]:
    found = {code for file in SOURCES.glob("*.py") for code in WRITTEN.findall(file.read_text())}
    said = {CentreSaid(Problem(problem_type(name), name, 500)).code for name in TABLE}
    return found | said | OTHERS


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_code_has_its_words(language):
    assert len(codes()) > 30
    unknown = say("a code that nobody knows", {}, language)
    for code in codes():
        words = say(code, {}, language)
        assert words.sentence, code
        assert words.next, code
        assert words != unknown, code
