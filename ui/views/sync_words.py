"""The words of the sync centre and the status line: connection, sizes, what was done."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from gridworker.domain.lines import SyncStatus
from ui.widgets import when

KILO, MEGA, GIGA = 1_000, 1_000_000, 1_000_000_000


def connection_word(state: str) -> str:
    """Return the word for how the network is."""
    translate = QCoreApplication.translate
    words = {
        "online": translate("connection", "Online"),
        "offline": translate("connection", "Offline"),
        "unreachable": translate("connection", "The centre does not answer"),
        "login": translate("connection", "Login needed"),
        "paused": translate("connection", "Paused"),
        "demo_offline": translate("connection", "Demo: network cut"),
        "suspended": translate("connection", "This device is suspended"),
        "wiped": translate("connection", "This device is withdrawn"),
    }
    return words.get(state, state)


def connection_look(state: str) -> tuple[str, str]:
    """Return the icon and the tone for how the network is."""
    looks = {
        "online": ("wifi", "success"),
        "login": ("key-round", "warn"),
        "paused": ("pause", "neutral"),
        "suspended": ("octagon-alert", "danger"),
        "wiped": ("octagon-alert", "danger"),
    }
    return looks.get(state, ("cloud-off", "neutral"))


def size_words(count: int) -> str:
    """Return a number of bytes as people say it."""
    if count >= 10 * GIGA:
        return f"{count / GIGA:.0f} GB"
    if count >= GIGA:
        return f"{count / GIGA:.1f} GB"
    if count >= MEGA:
        return f"{count / MEGA:.0f} MB"
    return f"{max(1, round(count / KILO)) if count else 0} KB"


def lasting_words(at: str, now: datetime) -> str:
    """Return for how long something has been so, and that it stops nobody."""
    translate = QCoreApplication.translate
    minutes = int((now - datetime.fromisoformat(at)).total_seconds() // 60)
    if minutes < 1:
        return translate("connection", "work goes on as usual")
    words = translate("connection", "for {span}; work goes on as usual")
    return words.format(span=when.span(minutes))


def waiting_words(status: SyncStatus, *, roomy: bool) -> tuple[str, str]:
    """Return what is only here, and what is on its way; empty when there is nothing of it."""
    translate = QCoreApplication.translate
    here = translate("connection", "Saved here {count}").format(count=status.saved)
    due = status.queued_ops - status.saved
    items = translate("connection", "{count} items").format(count=due) if due else ""
    photos = translate("connection", "{count} photos").format(count=status.queued_photos)
    if roomy and status.queued_bytes:
        photos += f" ({size_words(status.queued_bytes)})"
    parts = " + ".join(part for part in (items, photos if status.queued_photos else "") if part)
    to_send = translate("connection", "To send {what}").format(what=parts) if parts else ""
    return (here if status.saved else "", to_send)


def did_words(did: str, action_word: Callable[[str], str]) -> str:
    """Return what a person did, from the type of the operation or the name of the action."""
    translate = QCoreApplication.translate
    words = {
        "ticket.report": translate("did", "handed it up"),
        "ticket.resolve": translate("did", "resolved it on the spot"),
        "ticket.edit": translate("did", "changed it"),
        "ticket.retract": translate("did", "took it back"),
        "patrol_record.create": translate("did", "recorded a patrol"),
        "evidence.add": translate("did", "added photos or a remark"),
    }
    step = translate("did", "took the step “{action}”")
    return words.get(did) or step.format(action=action_word(did))
