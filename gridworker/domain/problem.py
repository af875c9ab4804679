"""The one list of reasons why the program refuses something; sentences are in `resources/words`."""

from enum import StrEnum


class Code(StrEnum):
    """Fixed codes: on the wire, in scripts and in the words files, so none is ever renamed."""

    STALE_STATE = "E_STALE_STATE"
    NOT_ASSIGNEE = "E_NOT_ASSIGNEE"
    NOT_IN_SCOPE = "E_NOT_IN_SCOPE"
    FIELD_CONFLICT = "E_FIELD_CONFLICT"
    GONE = "E_GONE"
    PARENT_REFUSED = "E_PARENT_REFUSED"
    STAGE_ORDER = "E_STAGE_ORDER"
    THREE_ELEMENTS = "E_THREE_ELEMENTS"
    NO_STANDARD = "E_NO_STANDARD"
    SELF_REVIEW = "E_SELF_REVIEW"
    RETURN_BASIS = "E_RETURN_BASIS"
    OVERDUE_EXTENSION = "E_OVERDUE_EXTENSION"
    NOT_IN_LIST = "E_NOT_IN_LIST"
    UNKNOWN_ITEM = "E_UNKNOWN_ITEM"
    ITEM_OFF = "E_ITEM_OFF"
    NOT_ON_SPOT = "E_NOT_ON_SPOT"
    EVIDENCE_RULE = "E_EVIDENCE_RULE"
    PHOTO_UNREADABLE = "E_PHOTO_UNREADABLE"
    PHOTO_SAME = "E_PHOTO_SAME"
    BLOB_TOO_LARGE = "E_BLOB_TOO_LARGE"
    DISK_FULL = "E_DISK_FULL"
    FORBIDDEN = "E_FORBIDDEN"
    INVALID = "E_INVALID"
    UNKNOWN_ACTION = "E_UNKNOWN_ACTION"
    OFFLINE_NOT_ALLOWED = "E_OFFLINE_NOT_ALLOWED"
    SECRET_MATTER = "E_SECRET_MATTER"  # noqa: S105  (a code, not a password)
    OP_ID_REUSED = "E_OP_ID_REUSED"
    CLOCK_SUSPECT = "E_CLOCK_SUSPECT"


class RuleBroken(Exception):
    """A rule refuses; `facts` are what the sentence needs (names and values, never wording)."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return str(self.code)
