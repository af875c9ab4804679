"""The demo's places: 1 district, 6 streets, 23 communities, units, grids of three levels."""

from collections.abc import Iterator

import msgspec

from gridworker.domain.organisation import Grid, Org

REGION = "990101"
DISTRICT = "D01"
STREETS = ("青禾", "云桥", "南溪", "石榴园", "望山", "东渡")
COMMUNITIES = (
    *("和苑", "朝晖", "银杏里", "新河"),
    *("柳岸", "长乐", "书院", "同心"),
    *("安澜", "锦绣", "红星", "竹林"),
    *("向阳", "双井", "小营", "杏花"),
    *("西园", "平安里", "望江", "景明"),
    *("桃源", "清泉", "北渡"),
)
A_STREET = 4
UNITS = (
    ("城管执法", "部门"),
    ("环境卫生", "部门"),
    ("园林绿化", "部门"),
    ("市政养护", "部门"),
    ("住房建设", "部门"),
    ("消防救援", "部门"),
    ("市场监管", "部门"),
    ("民政", "部门"),
    ("公安", "部门"),
    ("水务", "部门"),
    ("供电", "企业"),
    ("供热燃气", "企业"),
)
SECOND_LEVEL, THIRD_LEVEL = 2, 2
PILOT_SECOND_LEVEL = 6  # requirement row 225: one grid of the first level, six of the second


class Places(msgspec.Struct, frozen=True):
    """Organisations and grids of a demo."""

    orgs: tuple[Org, ...]
    grids: tuple[Grid, ...]

    def finest(self, community: str) -> list[Grid]:
        """Return a community's grids of the third level."""
        return [g for g in self.grids if g.community == community and g.level == 3]  # noqa: PLR2004  (the level itself)

    @property
    def communities(self) -> list[Org]:
        """The organisations that hold grids."""
        return [org for org in self.orgs if org.tier == "社区"]

    @property
    def units(self) -> list[Org]:
        """The organisations that tickets are given to."""
        return [org for org in self.orgs if org.tier in {"部门", "企业"}]


def full() -> Places:
    """Return the whole district."""
    district = Org(DISTRICT, "区", "示例区")
    streets = [
        Org(f"J{no:02d}", "街道", f"{name}街道（示例）", DISTRICT)
        for no, name in enumerate(STREETS, 1)
    ]
    communities = [
        Org(f"C{no:02d}", "社区", f"{name}社区（示例）", streets[(no - 1) // A_STREET].code, name)
        for no, name in enumerate(COMMUNITIES, 1)
    ]
    units = [
        Org(f"U{no:02d}", tier, f"{name}（示例）", DISTRICT, name)
        for no, (name, tier) in enumerate(UNITS, 1)
    ]
    grids = [grid for no, org in enumerate(communities, 1) for grid in _grids(no, org)]
    return Places((district, *streets, *communities, *units), tuple(grids))


def small() -> Places:
    """Return one community of two grids, for tests that make many centres."""
    district = Org(DISTRICT, "区", "示例区")
    street = Org("J01", "街道", "青禾街道（示例）", DISTRICT)
    community = Org("C01", "社区", "和苑社区（示例）", "J01", "和苑")
    unit = Org("U01", "部门", "城管执法（示例）", DISTRICT, "城管执法")
    grids = tuple(Grid(f"G010{no}", f"和苑第{no}网格（示例）", "C01") for no in (1, 2))
    return Places((district, street, community, unit), grids)


def _grids(no: int, community: Org) -> Iterator[Grid]:
    """Yield a community's grids: one of the first level, those in it, and those in these."""
    name, first = community.short_name, f"G{no:02d}"
    yield Grid(first, f"{name}一级网格（示例）", community.code, level=1)
    for second_no in range(1, (PILOT_SECOND_LEVEL if no == 1 else SECOND_LEVEL) + 1):
        second = f"{first}{second_no:02d}"
        yield Grid(
            second, f"{name}二级网格{second_no:02d}（示例）", community.code, level=2, parent=first
        )
        for third_no in range(1, THIRD_LEVEL + 1):
            number = f"{second_no:02d}{third_no:02d}"
            yield Grid(
                f"{second}{third_no:02d}",
                f"{name}第{number}网格（示例）",
                community.code,
                level=3,
                parent=second,
            )
