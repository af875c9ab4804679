"""What goes through the ports: orders of people, and what they are told besides lists and panes."""

from typing import Any

import msgspec

from gridworker.domain.evidence import PhotoRole, PhotoSource


class TakenPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that is already encrypted on disk; `id` names it until a record takes it.

    `note` is a words code when something is worth one line (metadata damaged), else None.
    `thumb` is a small JPEG in memory.
    """

    id: str
    sha256: str
    size: int
    mime: str
    source: PhotoSource
    taken_at: str | None = None
    lon: int | None = None
    lat: int | None = None
    note: str | None = None
    thumb: bytes = b""


class PhotoRef(msgspec.Struct, frozen=True):
    """Which taken photo stands for which side."""

    id: str
    role: PhotoRole
    reason: str | None = None


class Saved(msgspec.Struct, frozen=True):
    """What a durable write answers: nothing has been sent yet."""

    id: str
    local_no: str
    op_id: str
    similar: tuple[str, ...] = ()


class NewResolve(msgspec.Struct, frozen=True, kw_only=True):
    """A matter finished on the spot; `grid` None means the worker's own.

    `op_id` is given by whoever wants to hold the operation back before it is recorded.
    """

    item: str
    place: str
    note: str = ""
    grid: str | None = None
    found_at: str | None = None
    photos: tuple[PhotoRef, ...] = ()
    no_photo_reason: str | None = None
    draft: str | None = None
    op_id: str | None = None


class NewReport(msgspec.Struct, frozen=True, kw_only=True):
    """A matter handed up."""

    item: str
    place: str
    note: str = ""
    grid: str | None = None
    found_at: str | None = None
    photos: tuple[PhotoRef, ...] = ()
    person: str | None = None
    phone: str = ""
    consent: str = "verbal"
    draft: str | None = None
    op_id: str | None = None


class NewPatrol(msgspec.Struct, frozen=True, kw_only=True):
    """A place looked at."""

    place: str
    result: str
    note: str = ""
    grid: str | None = None
    photos: tuple[PhotoRef, ...] = ()
    ticket: str | None = None
    draft: str | None = None
    op_id: str | None = None


class FormAgain(msgspec.Struct, frozen=True):
    """The form that says a refused record anew, and the draft that holds what was entered."""

    form: str
    draft: str


class TicketFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets a list holds.

    `search` takes Chinese, pinyin initials, numbers and phone tails. `mine` are those this person
    recorded or is assigned. `order` is newest, oldest, due, place, item or state.
    """

    search: str = ""
    state: str | None = None
    mine: bool = False
    open_only: bool = False
    due_within_hours: int | None = None
    order: str = "newest"


class LogLine(msgspec.Struct, frozen=True):
    """One attempt to sync, for people: `code` has its words in `resources/words`."""

    at: str
    ok: bool
    code: str
    facts: dict[str, Any] = {}


class Places(msgspec.Struct, frozen=True):
    """Places to choose from: `used` by this person, newest first, then what is `near`.

    Near are this person's grids by the names of community and grid (without one the organisations
    they work for), so that even the first record has a place that is true, then the places of
    other people's records, newest first.
    """

    used: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What the status line says of the network.

    `state` is online, offline, unreachable, login, paused, demo_offline, suspended or wiped;
    `next_try` is RFC 3339 or None; `receiving` is true until a pull says it has no more.
    `suspended` is true, whatever the network does, while old records may not be read here.
    """

    state: str
    since: str | None = None
    next_try: str | None = None
    busy: bool = False
    receiving: bool = False
    suspended: bool = False
    code: str | None = None
    facts: dict[str, Any] = {}


class ParcelWritten(msgspec.Struct, frozen=True):
    """What went into a parcel; `unreadable` photos stayed behind."""

    operations: int
    photos: int
    unreadable: int
    at: str


class ParcelTaken(msgspec.Struct, frozen=True):
    """What an answer brought; `at` is when the centre made it.

    `overtaken` says that newer changes were here already, `restored` that the centre was set back
    and wants a new parcel. `copied` says that this laptop is a copy of another and a device of its
    own from now on; it wants a new parcel, too.
    """

    at: str
    applied: int = 0
    refused: int = 0
    quarantined: int = 0
    pulled: int = 0
    photos: int = 0
    overtaken: bool = False
    restored: bool = False
    copied: bool = False


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whose profile it is, for the header."""

    user: str
    name: str
    role: str
    roles: tuple[str, ...]
    place: str
    grid: str
    grid_name: str
    device_code: str
    device: str = ""
    scopes: tuple[str, ...] = ()
    demo: bool = False


class Notice(msgspec.Struct, frozen=True):
    """What happened to a profile and is told until the person closes it; `code` has its words."""

    code: str
    facts: dict[str, Any] = {}


class ProfileInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the unlock screen may know before the password.

    `wiped` says that this computer was withdrawn, and what became of what had not been sent.
    """

    enrolled: bool
    home: str
    demo_password: str | None = None
    wiped: str | None = None
