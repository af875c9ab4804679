"""Whose profile it is, as the header of the windows and `gridworker status` say it."""

from gridworker.app.ports import Who
from gridworker.storage import state
from gridworker.storage.door import Session
from gridworker.storage.view import LaptopWorld


def places(session: Session) -> str:
    """Return where this person works, by the names of the places."""
    known, world = state.get(session), LaptopWorld(session)
    grids = [(world.grid(code), code) for code in known.grids]
    orgs = [(world.org(code), code) for code in (*known.orgs, *known.units)]
    return "、".join(place.name if place else code for place, code in (*grids, *orgs)) or "—"


def who(session: Session, *, demo: bool) -> Who:
    """Return the person, their grid and the organisation they work for, by their names."""
    known, world = state.get(session), LaptopWorld(session)
    grid = world.grid(min(known.grids)) if known.grids else None
    place = grid.community if grid else min((*known.orgs, *known.units), default="")
    org = world.org(place)
    return Who(
        user=known.user_id,
        name=known.user_name,
        role=str(known.roles[0]) if known.roles else "",
        roles=tuple(map(str, known.roles)),
        place=org.name if org else place,
        grid=grid.code if grid else "",
        grid_name=grid.name if grid else "",
        device_code=known.device_code,
        device=known.device_id,
        scopes=known.scopes,
        demo=demo or known.demo,
    )
