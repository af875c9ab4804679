"""What every decision shares, whether it is made at once or late: whose it is, and what follows."""

from collections.abc import Mapping, Sequence

from central.service import access, closing, numbers, publish
from central.service.decide import Author, Bench
from central.service.incoming import Incoming
from central.service.times import text_of
from central.store import photos
from central.store.devices import Known
from central.store.feed import News
from central.store.transaction import Tx


def author(tx: Tx, known: Known, ops: Sequence[Incoming], *, now: int, region: str) -> Author:
    """Return whose operations these are, with what that person may see at this moment."""
    account = known.account
    scopes = access.scopes_for(account)
    hashes = {photo["sha256"] for op in ops for photo in op.photos}
    return Author(
        account=account,
        actor=account.actor(known.device.code),
        region=region,
        scopes=frozenset(scopes),
        left=access.just_left(account, now),
        holds=frozenset(photos.visible(tx, hashes, account.login, scopes)),
    )


def conclude(tx: Tx, bench: Bench, settings: Mapping[str, str], now: int) -> News:
    """Add what is the centre's own and write it all; return what the scopes have to be told."""
    numbers.give_official(tx, bench.world, bench.tickets, now)
    closing.close_or_sample(
        bench.world,
        bench.tickets,
        percent=int(settings["sample_percent"]),
        received=text_of(now),
    )
    return publish.save(tx, bench.world, now)
