"""Words for what the domain knows by a name: states, actions, sides of a photo, clocks."""

from PySide6.QtCore import QCoreApplication

from gridworker.domain.lines import PhotoLine, TicketLine
from ui.widgets.status import status_word


def state_word(state: str) -> str:
    """Return the word for a state of a ticket; an unknown one as it is."""
    translate = QCoreApplication.translate
    words = {
        "draft": translate("states", "Draft"),
        "reported": translate("states", "Reported"),
        "verifying": translate("states", "Being verified"),
        "registered": translate("states", "Filed"),
        "dispatched": translate("states", "Dispatched"),
        "signed": translate("states", "Signed for"),
        "handling": translate("states", "Being handled"),
        "handled": translate("states", "Handled"),
        "feedback": translate("states", "Feedback"),
        "checking": translate("states", "Being checked"),
        "closed": translate("states", "Closed"),
        "evaluated": translate("states", "Evaluated"),
        "archived": translate("states", "Archived"),
        "onspot_done": translate("states", "Resolved on the spot"),
        "voided": translate("states", "Voided"),
        "reopened": translate("states", "Reopened"),
    }
    return words.get(state, state)


def state_status(state: str) -> str:
    """Return the status that stands for a state: open, done or voided."""
    ended = {"onspot_done": "done", "closed": "done", "evaluated": "done", "archived": "done"}
    return "voided" if state == "voided" else ended.get(state, "open")


def step_word(step: str) -> str:
    """Return the word for a step of the strip, as a thing to be done."""
    translate = QCoreApplication.translate
    words = {
        "found": translate("steps", "Found"),
        "reported": translate("steps", "Report"),
        "registered": translate("steps", "Filing"),
        "dispatched": translate("steps", "Dispatch"),
        "handled": translate("steps", "Handling"),
        "closed": translate("steps", "Closing"),
    }
    return words.get(step) or state_word(step)


def action_word(action: str) -> str:
    """Return what a step of the timeline says was done; an unknown one as it is."""
    translate = QCoreApplication.translate
    words = {
        "found": translate("actions", "Found it"),
        "report": translate("actions", "Reported it"),
        "resolve": translate("actions", "Resolved it on the spot"),
        "file": translate("actions", "Filed it"),
        "void": translate("actions", "Voided it"),
        "dispatch": translate("actions", "Dispatched it"),
        "hand_up": translate("actions", "Handed it up"),
        "retract": translate("actions", "Took it back"),
        "edit": translate("actions", "Changed it"),
        "evidence": translate("actions", "Added to it"),
        "late_evidence": translate("actions", "Not accepted, kept as late evidence"),
        "sample": translate("actions", "Drawn for a recheck"),
        "close": translate("actions", "Closed it"),
    }
    return words.get(action, action)


def side_word(role: str) -> str:
    """Return which side a photo shows."""
    translate = QCoreApplication.translate
    words = {
        "before": translate("photos", "Before"),
        "after": translate("photos", "After"),
        "near": translate("photos", "Close-up"),
        "far": translate("photos", "Overview"),
        "other": translate("photos", "Other"),
    }
    return words.get(role, role)


def clock_word(what: str) -> str:
    """Return what a clock measures; an unknown one as it is."""
    translate = QCoreApplication.translate
    words = {
        "overall": translate("clocks", "The whole matter"),
        "unit": translate("clocks", "The unit in charge"),
        "first_contact": translate("clocks", "First contact"),
        "acceptance": translate("clocks", "Acceptance"),
        "dispatch": translate("clocks", "Dispatch"),
        "check": translate("clocks", "Check"),
    }
    return words.get(what, what)


def photo_status(state: str) -> str:
    """Return the status a photo is shown with."""
    return {"stored": "delivered", "uploading": "sending"}.get(state, "saved")


def missing_word(photo: PhotoLine) -> str:
    """Return why this computer cannot show a photo, for nothing brings those of others here."""
    translate = QCoreApplication.translate
    if photo.has_bytes:
        return ""
    if photo.state == "stored":
        return translate("photos", "At the centre, not on this computer")
    return translate("photos", "Not at the centre yet")


def sync_text(line: TicketLine) -> str:
    """Return the sync word of a row, with how many photos have arrived."""
    word = status_word(line.sync)
    if line.sync == "waiting_photo":
        return f"{word} {line.photos_stored}/{line.photos}"
    return word
