"""The demo's people: every role, named by role and number, never like a real person."""

from collections.abc import Iterator

from central.demo.places import DISTRICT, Places
from central.store.accounts import Account, Rights
from gridworker.domain.organisation import Role

COMMUNITY_ROLES = (
    ("sh", Role.COMMUNITY_REVIEWER, "社区审核员"),
    ("ck", Role.FRONT_DESK, "窗口人员"),
    ("zl", Role.ASSIST_WORKER, "助老员"),
    ("tj", Role.MEDIATOR, "调解员"),
)
DISTRICT_ROLES = (
    ("pq01", Role.DISPATCHER, "派遣员01"),
    ("pq02", Role.DISPATCHER, "派遣员02"),
    ("dd01", Role.SUPERVISOR, "督办员01"),
    ("hf01", Role.CALLER, "回访员01"),
    ("jd01", Role.SAFETY_GROUP, "监督员01"),
    ("xt01", Role.SYSTEM_ADMIN, "系统管理员01"),
    ("aq01", Role.SECURITY_ADMIN, "安全管理员01"),
    ("sj01", Role.AUDIT_ADMIN, "审计管理员01"),
)
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def full(places: Places) -> list[Account]:
    """Return the district's people, grid workers first; two of them share each first grid."""
    workers: list[Account] = []
    others: list[Account] = []
    for no, community in enumerate(places.communities, 1):
        finest = places.finest(community.code)
        for place, grid in enumerate([finest[0], *finest], 1):
            rights = Rights((Role.GRID_WORKER,), grids=frozenset({grid.code}))
            workers.append(
                _person(f"wg{no:02d}{place:02d}", "网格员", f"{no:02d}{place:02d}", rights)
            )
        for prefix, role, title in COMMUNITY_ROLES:
            rights = Rights((role,), orgs=frozenset({community.code}))
            others.append(_person(f"{prefix}{no:02d}01", title, f"{no:02d}", rights))
    return [*workers, *others, *_district(), *_handlers(places)]


def small(places: Places) -> list[Account]:
    """Return three grid workers, two of them in one grid, a reviewer, a dispatcher, a handler."""
    first, second = (frozenset({grid.code}) for grid in places.grids)
    worker = (Role.GRID_WORKER,)
    return [
        _person("wg0101", "网格员", "0101", Rights(worker, grids=first)),
        _person("wg0102", "网格员", "0102", Rights(worker, grids=first)),
        _person("wg0103", "网格员", "0103", Rights(worker, grids=second)),
        _person(
            "sh0101",
            "社区审核员",
            "01",
            Rights((Role.COMMUNITY_REVIEWER,), orgs=frozenset({"C01"})),
        ),
        _person("pq01", "派遣员", "01", Rights((Role.DISPATCHER,), orgs=frozenset({DISTRICT}))),
        _person("cz0101", "办理员", "0101", Rights((Role.HANDLER,), units=frozenset({"U01"}))),
    ]


def _person(login: str, title: str, number: str, rights: Rights) -> Account:
    return Account(login, f"示例{title}{number}", rights, demo=True)


def _district() -> Iterator[Account]:
    for login, role, title in DISTRICT_ROLES:
        orgs: frozenset[str] = frozenset() if role in ADMINS else frozenset({DISTRICT})
        yield Account(login, f"示例{title}", Rights((role,), orgs=orgs), demo=True)


def _handlers(places: Places) -> Iterator[Account]:
    for no, unit in enumerate(places.units, 1):
        units = frozenset({unit.code})
        lead = Rights((Role.HANDLER,), units=units, grants=frozenset({"lead"}))
        yield _person(f"cz{no:02d}01", "部门负责人", f"{no:02d}", lead)
        yield _person(f"cz{no:02d}02", "办理员", f"{no:02d}", Rights((Role.HANDLER,), units=units))
