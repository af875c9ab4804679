"""What every service works with, wired together once by `central.build`."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from central.blobs import BlobStore
from central.metrics import Metrics
from central.service.reference import ReferenceShelf
from central.service.versions import TRANSLATIONS, Translation
from central.store.transaction import Store
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.world import Outcome, World

Rules = Callable[[Operation, Actor, World], Outcome]


@dataclass(slots=True, kw_only=True)
class Office:
    """What it takes to look after accounts and devices; `clock` says unix milliseconds."""

    store: Store
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    reference: ReferenceShelf = field(default_factory=ReferenceShelf)


@dataclass(slots=True, kw_only=True)
class Parts(Office):
    """What it takes to serve; `crash_at` is told each durable step and may not return.

    `translations` say how operations of older versions read.
    """

    blobs: BlobStore
    rules: Rules
    demo: bool
    crash_at: Callable[[str], None]
    settings: Mapping[str, str]
    metrics: Metrics = field(default_factory=Metrics)
    translations: Mapping[str, Translation] = field(default_factory=lambda: TRANSLATIONS)


@dataclass(slots=True)
class Call:
    """A request as the services see it, and what its answer's headers will say.

    `claimed` is the highest sequence number for which the device holds a verdict; `device` is whose
    parcel this is, proven by its signature, where there is no token. `start` is which start of the
    device asks (`forks.started`), `program` the version it runs. `last` is set for what a device
    that was wiped has left: an operator takes it in.
    """

    token: str = ""
    device: str = ""
    start: str = ""
    program: str = ""
    last: bool = False
    epoch: str | None = None
    claimed: int | None = None
    acked: int | None = None
    now_epoch: str | None = None
    begun: float = field(default_factory=time.monotonic)
