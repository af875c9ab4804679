"""A very small district, and the files every history starts from."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from central.build import Centre
from central.service import people, publish
from central.service import reference as shelf
from central.service.people import rights_of
from central.service.workspace import Workspace
from central.store.accounts import Account
from gridworker.domain.identity import UserId
from gridworker.domain.organisation import Role
from gridworker.domain.times import utc_text
from gridworker.domain.world import Put
from gridworker.storage import header, state
from gridworker.storage.engine import open_engines
from gridworker.storage.keys import Sealed
from gridworker.storage.migrate import bring_up
from sync import enrol
from sync.transport import Reply
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.dice import Dice, Fuse, World
from tests.syncing.simulator.laptop import KEY, SEED, Laptop, LaptopClock
from tests.syncing.simulator.places import COMMUNITY, DISTRICT, GRIDS, STREET

ITEMS = ("OTS01", "OTS02", "S0101")
PEOPLE = {
    "wg0101": (Role.GRID_WORKER, f"grid:{GRIDS[0]}"),
    "wg0102": (Role.GRID_WORKER, f"grid:{GRIDS[0]}"),
    "cr0101": (Role.COMMUNITY_REVIEWER, f"org:{COMMUNITY}"),
}
TEMPLATE_SEED = 2**40  # of no history, or ids would meet
SHARED_MEMORY = Path("/dev/shm")


def scratch() -> Path:
    """A folder in memory where there is one: crashes here are of processes, not of power."""
    where = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    return Path(tempfile.mkdtemp(prefix="gridworker-sim-", dir=where))


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "org", {"code": DISTRICT, "tier": "区", "name": "示例区"}
    yield "org", {"code": STREET, "tier": "街道", "name": "示例街道", "parent": DISTRICT}
    yield "org", {"code": COMMUNITY, "tier": "社区", "name": "示例社区", "parent": STREET}
    for code in GRIDS:
        yield "grid", {"code": code, "name": f"网格{code[-1]}", "community": COMMUNITY}
    for code in ITEMS:
        on_the_spot = code.startswith("OTS")
        yield (
            "catalogue_item",
            {
                "code": code,
                "kind": "event",
                "name": f"事项{code}",
                "path": ["示例", code],
                "scheme": "demo",
                "version": "1",
                "on_the_spot": on_the_spot,
                "evidence": {"before": 1, "after": 1} if code == "OTS01" else {},
            },
        )
        yield (
            "case_standard",
            {
                "item": code,
                "no": 1,
                "filing": "发现",
                "closing": "办结",
                "limit": {"value": 3, "type": "work_day"},
            },
        )
    yield "calendar_day", {"date": "2026", "type": "year", "region": DISTRICT}
    yield "calendar_day", {"date": "2027", "type": "year", "region": DISTRICT}


def fill(centre: Centre, dice: Dice, world: World) -> None:
    """Publish the district and its people."""
    now = world.unix_ms()

    def work(tx: Any) -> None:
        space = Workspace(shelf.read(tx, 0), received=utc_text(LaptopClock(world).now()))
        for kind, body in bodies():
            space.put(Put(kind, dice.id(now), body))
        publish.flush(tx, space, now)

    centre.parts.store.write(work)
    for login, (role, scope) in PEOPLE.items():
        people.put(centre.parts, Account(login, f"示例{login}", rights_of([role], [scope])))


class Direct:
    """Requests straight into a centre, for setting up."""

    near = True

    def __init__(self, caller: Caller, centre: Centre) -> None:
        self._caller = caller
        self._centre = centre

    def send(self, method, path, headers, body=b"", *, timeout) -> Reply:
        return self._caller.request(self._centre.app, method, path, headers, body)


def make_template(caller: Caller, folder: Path) -> None:
    """Make a centre and an enrolled laptop of each person, as files that may be copied."""
    world, dice = World(), Dice(TEMPLATE_SEED)
    (folder / "centre").mkdir(parents=True)
    centre = Centre.open(
        f"sqlite:///{folder}/centre/centre.db",
        folder / "centre" / "blobs",
        clock=world.unix_ms,
        entropy=dice.random.randbytes,
        inline=True,
    )
    fill(centre, dice, world)
    for login in PEOPLE:
        transport = Direct(caller, centre)
        code = centre.enrol_code(login)
        attempt = enrol.Attempt(dice.id(0), dice.random.randbytes(32))
        answer = enrol.enrol(transport, code=code, attempt=attempt, platform="sim", app="sim")
        profile(folder / login, answer, attempt.seed)
        laptop = Laptop(login, folder / login, transport, world, Fuse(print))
        assert laptop.engine.round().failure is None
        laptop.stop()
    centre.close()


def profile(folder: Path, answer: Any, seed: bytes) -> None:
    """Make the files of a laptop that a centre has just enrolled.

    Its keys are the simulator's; the header is there because destroying a profile begins with it.
    """
    folder.mkdir()
    (folder / SEED).write_bytes(seed)
    sealed = Sealed(b"", b"")
    names = (answer.device_id, answer.user.id, answer.device_id)
    header.save(folder, header.Header(1, 1, *names, 0, "", b"", b"", sealed, ()), KEY)
    bring_up(folder / "main.db", KEY)
    engines = open_engines(folder / "main.db", KEY)
    with engines.write.begin() as session:
        state.put(
            session,
            device_id=answer.device_id,
            device_code=answer.device_code,
            region=answer.region,
            user_id=UserId(answer.user.id),
            user_name=answer.user.name,
            roles=tuple(Role(role) for role in answer.roles),
            scopes=tuple(answer.scopes),
            epoch=answer.epoch,
            token=answer.token,
            server_id=answer.server_id,
            server_key=answer.server_key,
        )
    engines.close()


@lru_cache(maxsize=1)
def template() -> Path:
    """The files that histories of this process copy; made once."""
    folder, caller = scratch(), Caller()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_template(caller, folder)
    caller.close()
    return folder
