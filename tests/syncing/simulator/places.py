"""Where the people of the simulator work; on its own, because a laptop imports no centre."""

COMMUNITY, STREET, DISTRICT = "330106001001", "330106001", "330106"
GRIDS = ("330106001001001", "330106001001002")
POISON = "毒"
LATER_FIELD = "later_field"
LATER_KIND = "inspection"
