"""Accounts: adding, moving and disabling people, and the codes for their devices."""

from collections.abc import Iterable

import msgspec

from central.service import access, identity, publish
from central.service.parts import Office
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import accounts, entities, feed, meta
from central.store.accounts import DISABLED, Account, Rights
from central.store.transaction import Tx
from gridworker.domain.organisation import Role
from gridworker.domain.world import Put

MAX_ENTITIES = "max_entities"
MOST_ENTITIES = 50_000
LONGEST_NAME = 64
HOUR_MS = 3600 * 1000
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


class NoSuchPerson(LookupError):
    """There is no account of that name."""


class NoName(ValueError):
    """An account cannot be called so."""


class NoSuchPlace(LookupError):
    """A scope names a grid, an organisation or a unit that the centre does not have."""


class TooMuch(ValueError):
    """The devices of a person would have to hold more records than one may (sync.md 4.8)."""


class RolesDoNotMix(ValueError):
    """The three administrators cannot be one person (domain.md 8)."""


def rights_of(roles: Iterable[Role], scopes: Iterable[str]) -> Rights:
    """Read `grid:CODE`, `org:CODE` and `unit:CODE`; raises NoSuchPlace for another form."""
    places: dict[str, set[str]] = {"grid": set(), "org": set(), "unit": set()}
    for scope in scopes:
        family, _, code = scope.partition(":")
        if family not in places or not code:
            raise NoSuchPlace(scope)
        places[family].add(code)
    return Rights(
        roles=tuple(roles),
        grids=frozenset(places["grid"]),
        orgs=frozenset(places["org"]),
        units=frozenset(places["unit"]),
    )


def put(office: Office, account: Account) -> None:
    """Write an account and publish it; what it loses is remembered for thirty days (sync.md 4.8).

    Raises NoSuchPlace, RolesDoNotMix, and TooMuch when more than before would have to be held.
    """
    if len(ADMINS & set(account.rights.roles)) > 1:
        raise RolesDoNotMix(account.login)
    office.store.write(lambda tx: _put(tx, office, account))


def add(office: Office, login: str, rights: Rights, *, name: str | None = None) -> None:
    """Add an account, or give one other rights and let it in again; a name that it has stays.

    Raises NoName and what `put` raises.
    """
    if not login.isprintable() or len(login.split()) != 1 or len(login) > LONGEST_NAME:
        raise NoName(login)
    known = office.store.read(lambda tx: accounts.get(tx, login))
    called = name or (known.name if known else login)
    put(office, Account(login, called, rights, demo=known is not None and known.demo))


def move(office: Office, login: str, scopes: Iterable[str]) -> None:
    """Give a person other places and nothing else; raises NoSuchPerson and what `put` raises."""
    places = rights_of((), scopes)

    def work(tx: Tx) -> None:
        account = _known(tx, login)
        rights = msgspec.structs.replace(
            account.rights, grids=places.grids, orgs=places.orgs, units=places.units
        )
        _put(tx, office, msgspec.structs.replace(account, rights=rights))

    office.store.write(work)


def disable(office: Office, login: str) -> None:
    """Let a person's devices in no more; raises NoSuchPerson."""

    def work(tx: Tx) -> None:
        account = _known(tx, login)
        _put(tx, office, msgspec.structs.replace(account, status=DISABLED))

    office.store.write(work)


def enrol_code(office: Office, login: str, *, valid_hours: float) -> str:
    """Return a code that enrols one device of a person; raises NoSuchPerson."""
    code = identity.new_code(office.entropy)
    expires = office.clock() + round(valid_hours * HOUR_MS)

    def work(tx: Tx) -> None:
        _known(tx, login)
        accounts.put_code(tx, accounts.code_hash(code), login, expires)

    office.store.write(work)
    return code


def _known(tx: Tx, login: str) -> Account:
    account = accounts.get(tx, login, lock=True)
    if account is None:
        raise NoSuchPerson(login)
    return account


def _put(tx: Tx, office: Office, account: Account) -> None:
    now = office.clock()
    reference = office.reference.current(tx)
    rights = account.rights
    unknown = (rights.grids - reference.grids.keys()) | (
        (rights.orgs | rights.units) - reference.orgs.keys()
    )
    if unknown:
        raise NoSuchPlace(min(unknown))
    before = accounts.get(tx, account.login, lock=True)
    if before is not None:
        account = msgspec.structs.replace(account, rights=_remembering(before, account, now))
    _check_budget(tx, before, account)
    accounts.put(tx, account)
    id_ = identity.reference_id("worker", account.login)
    world = Workspace(reference, received=text_of(now), loaded=entities.locked(tx, [id_]))
    world.put(worker_put(account))
    publish.flush(tx, world, now)


def worker_put(account: Account) -> Put:
    """Return the published record of a person."""
    worker = account.worker()
    fields = {field: getattr(worker, field) for field in worker.__struct_fields__}
    body = msgspec.to_builtins(fields, order="sorted")
    return Put("worker", identity.reference_id("worker", account.login), body)


def _check_budget(tx: Tx, before: Account | None, account: Account) -> None:
    """Raise TooMuch for who assigns, so that no laptop is ever given more than it can hold."""
    scopes = access.scopes_for(account)
    if before is not None and set(scopes) <= set(access.scopes_for(before)):
        return
    most = int(meta.get(tx, MAX_ENTITIES) or MOST_ENTITIES)
    if sum(head.count for head in feed.heads(tx, scopes).values()) <= most:
        return
    held = feed.held(tx, scopes)
    if held > most:
        raise TooMuch(account.login, held, most)


def _remembering(before: Account, account: Account, now: int) -> Rights:
    had, has = set(access.scopes_for(before)), set(access.scopes_for(account))
    left = {**before.rights.left, **dict.fromkeys(had - has, now)}
    kept = {scope: at for scope, at in left.items() if scope not in has}
    return msgspec.structs.replace(account.rights, left=kept)
