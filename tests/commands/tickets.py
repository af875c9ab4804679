"""Pulled tickets, and what a search finds of them."""

from gridworker.domain.number import local_no
from gridworker.storage import search
from tests.storage.records.small_district import page, put


def body(n, *, title, place, note="", official=None, person=None):
    number = local_no(region="110101", device_code="0A1B", day="20260512", sequence=n)
    return {
        "local_no": number, "official_no": official, "item": f"S{n % 50:04d}", "title": title,
        "state": "reported", "place": place, "note": note, "grid": "G012", "org_id": "C001",
        "found_at": "2026-05-12T04:00:00.000Z", "created_at": "2026-05-12T04:00:00.000Z",
        "created_by": "wg0101", "created_by_name": "王示例", "device_code": "0A1B", "photos": [],
        "person": person,
    }  # fmt: skip


def plain(id_, made, phones=()):
    """Return a ticket as the brute force sees it."""
    numbers = [number for number in (made["local_no"], made["official_no"]) if number]
    texts = {name: made[name] for name in ("title", "place", "note", "item")}
    return {"id": id_, "numbers": numbers, "phones": list(phones), **texts}


def pull(store, bodies, people=()):
    changes = [put("person", id_, made, seq=n + 1) for n, (id_, made) in enumerate(people)]
    first = len(changes) + 1
    changes += [put("ticket", id_, made, seq=first + n) for n, (id_, made) in enumerate(bodies)]
    store.apply(page(*changes))
    with store.write.begin() as session:
        while search.drain(session, 100):
            pass


def found(store, wanted, kind="ticket"):
    with store.read() as session:
        return set(search.ids(session, kind, wanted, 10**6))
