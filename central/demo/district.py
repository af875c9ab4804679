"""Filling an empty centre with the demo district."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from central.build import Centre
from central.demo import places, reference, roster, tickets
from central.demo.person import Person
from central.demo.secrets import password
from central.service import identity, people, publish
from central.service.parts import Parts
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import accounts, meta
from central.store.accounts import Account
from central.store.transaction import Tx

YEAR_MS = 366 * 24 * 3600 * 1000


class NotEmpty(RuntimeError):
    """The database holds a district already."""


def fill(centre: Centre, size: Literal["full", "small"] = "full") -> list[Person]:
    """Fill an empty centre and return its people, grid workers first; raises NotEmpty.

    `small` is for tests: two grids, six catalogue items, six people, no tickets.
    """
    parts = centre.parts
    small = size == "small"
    where = places.small() if small else places.full()
    who = (roster.small if small else roster.full)(where)
    made = parts.store.write(lambda tx: _fill(tx, parts, where, who, small=small))
    centre.reload_settings()
    if not small:
        tickets.hand_in(replace(centre.parts, demo=True))
    return made


def _fill(
    tx: Tx, parts: Parts, where: places.Places, who: Sequence[Account], *, small: bool
) -> list[Person]:
    if tx.row("SELECT 1 FROM account LIMIT 1") or tx.row("SELECT 1 FROM entity LIMIT 1"):
        raise NotEmpty
    now = parts.clock()
    meta.put(tx, "region", places.REGION)
    world = Workspace(parts.reference.current(tx), received=text_of(now))
    for put in reference.puts(where, small=small):
        world.put(put)
    made: list[Person] = []
    for account in who:
        accounts.put(tx, account)
        world.put(people.worker_put(account))
        made.append(_person(tx, parts, account, now))
    publish.flush(tx, world, now)
    return made


def _person(tx: Tx, parts: Parts, account: Account, now: int) -> Person:
    code = identity.new_code(parts.entropy)
    accounts.put_code(tx, accounts.code_hash(code), account.login, now + YEAR_MS)
    rights: Any = account.rights
    scopes = [
        *(f"grid:{code}" for code in sorted(rights.grids)),
        *(f"org:{code}" for code in sorted(rights.orgs)),
        *(f"unit:{code}" for code in sorted(rights.units)),
    ]
    scope = scopes[0] if scopes else f"user:{account.login}"
    return Person(account.login, str(rights.roles[0]), scope, password(parts.entropy), code)
