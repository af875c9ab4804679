"""`gridworker -h`: in the language that was set, with a word for everything."""

import pytest

from gridworker.app import grammar, words
from gridworker.app.misuse import Misused


@pytest.fixture
def shown(capsys):
    """Ask for help and return it."""

    def ask(language, *verb):
        with pytest.raises(SystemExit) as end:
            grammar.parser(language).parse_args([*verb, "-h"])
        assert end.value.code == 0
        return capsys.readouterr().out

    return ask


@pytest.mark.parametrize(
    ("language", "usage", "word"),
    [("zh_CN", "用法：gridworker", "上报一件事"), ("en", "usage: gridworker", "hand a matter up")],
)
def test_help_speaks_the_language(shown, language, usage, word):
    everything = shown(language)
    assert everything.startswith(usage)
    assert word in everything
    for verb in grammar.VERBS:
        one = shown(language, verb)
        assert one.startswith(f"{usage} {verb}")
        assert not {"positional arguments:", "show this help"} & set(one.splitlines())


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_everything_that_is_explained_has_words(shown, language):
    names = {key.removeprefix("help.") for key in words.book(language) if key.startswith("help.")}
    explained = {*grammar.VERBS, "home", "json", "later", "ca", "others", "no-photo"}
    assert names == explained | {
        "program", "verbs", "verb", "usage", "arguments", "options", "help",
    }  # fmt: skip


def test_an_abbreviated_option_is_not_guessed():
    with pytest.raises(Misused):
        grammar.parser().parse_args(["tickets", "--sea", "x"])
