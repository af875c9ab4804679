"""今日, the first place of the day."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gridworker.app.ports import Notice
from ui.presenters.notice import NoticePresenter
from ui.presenters.today import TodayPresenter
from ui.screens.contract import Action, Tools
from ui.views.today import TodayPage


class TodayScreen:
    """Joins the inbox with the places its rows lead to."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._presenter = TodayPresenter(
            tools.desk.queries,
            read=tools.read,
            photos=tools.photos,
            later=tools.later,
            go=tools.shell.go,
        )
        self._notice = NoticePresenter(tools.desk, read=tools.read, write=tools.write)
        self._page = TodayPage(
            self._presenter,
            name=tools.desk.who.name,
            now=tools.now,
            say=lambda code: tools.say(code, {"verdict": "refused"}).sentence,
            on_patrol=self._patrol,
            on_resolve=lambda: tools.shell.do("resolve"),
            on_read=self._notice.close_notice,
        )

    @property
    def widget(self) -> QWidget:
        """Return the page."""
        return self._page

    def open(self, about: Mapping[str, str]) -> None:  # noqa: ARG002  (today is about today)
        """Show the day as it stands."""
        self._presenter.start(self._page)
        self._notice.start(self)
        self._page.patrol.setFocus()

    def changed(self, kinds: frozenset[str]) -> None:
        """Ask again; a move shows in the person's own record."""
        self._presenter.refresh()
        if "worker" in kinds:
            self._notice.start(self)

    def actions(self) -> Sequence[Action]:
        """Return what can be begun here."""
        words = QCoreApplication.translate("act", "Start a patrol")
        return (Action("patrol", words, self._patrol, icon="clipboard-check"),)

    def close(self) -> Mapping[str, str]:
        """Answer nothing from now on."""
        self._presenter.close()
        self._notice.close()
        return {}

    def show_notice(self, notice: Notice | None) -> None:
        """Tell what happened to the profile."""
        words = self._tools.say(notice.code, notice.facts) if notice is not None else None
        self._page.tell(*((words.sentence, words.next) if words is not None else ("", "")))

    def _patrol(self) -> None:
        self._tools.shell.go("patrol", {"new": "1"})
