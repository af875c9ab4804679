"""What the forms share where presenters meet views: ports, toasts, sentences."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication
from uuid_utils import uuid7

from gridworker.domain.problem import RuleBroken
from ui.photo_sources.sources import Sources
from ui.presenters.recording import Announce, Done, FormPorts, Undo
from ui.screens.contract import Shell, Tools
from ui.views.form_face import FormTools


def form_ports(tools: Tools) -> FormPorts:
    """Return the ports of a form."""
    return FormPorts(
        commands=tools.desk.commands,
        queries=tools.desk.queries,
        sync=tools.desk.sync,
        read=tools.read,
        write=tools.write,
        photos=tools.photos,
        later=tools.later,
        now=tools.now,
        new_id=lambda: str(uuid7()),
    )


def form_tools(tools: Tools, sources: Sources) -> FormTools:
    """Return what the views of forms are given."""
    return FormTools(sources, sentence(tools), lambda code: tools.say(code, {}).sentence, tools.now)


def sentence(tools: Tools) -> Callable[[Exception], str]:
    """Return how a refusal is told: what is so, and what can be done."""

    def say(problem: Exception) -> str:
        facts: Mapping[str, object] = problem.facts if isinstance(problem, RuleBroken) else {}
        words = tools.say(str(problem), facts)
        return joined(words.sentence, words.next)

    return say


def joined(fact: str, next_step: str) -> str:
    """Return what is so and what can be done as one line."""
    if not next_step:
        return fact
    pattern = QCoreApplication.translate("sentences", "{fact}. {next}")
    return pattern.format(fact=fact, next=next_step)


def announcer(shell: Shell) -> Announce:
    """Return how a result is told: a toast with ten seconds to take it back."""

    def announce(what: Done, number: str, undo: Undo | None) -> None:
        shell.toast(done_words(what).format(number=number), undo=undo)

    return announce


def done_words(what: Done) -> str:
    """Return what a toast says."""
    translate = QCoreApplication.translate
    words = {
        Done.RESOLVED: translate("toasts", "{number} resolved, saved here; sent when online"),
        Done.REPORTED: translate("toasts", "{number} handed up, saved here; sent when online"),
        Done.PATROLLED: translate("toasts", "Patrol recorded, saved here; sent when online"),
        Done.ATTACHED: translate("toasts", "Added to {number}, saved here; sent when online"),
        Done.UNDONE: translate("toasts", "{number} was taken back"),
    }
    return words[what]
