"""A laptop that the centre does not know any more comes back by a code of its person (ADR 22).

All its tokens are over: it was put back from an old copy, or the centre was set back to before it
was enrolled. Nothing here is lost by that, and nothing changes its number: the laptop goes on as
another device, begins before its first operation, and is told what the centre decided already.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridworker import __version__
from gridworker.domain.organisation import Role
from gridworker.storage import outbox, state
from gridworker.storage.damage import told_when_full
from gridworker.wire import EnrolRequest, EnrolResponse
from sync import enrol
from sync.exchange import Exchange, NotTheCentre
from sync.problem import CentreSaid, Kind
from sync.round import Store
from sync.transport import Transport

FILE = "enrolment-anew.pending"


@dataclass(frozen=True, slots=True)
class Anew:
    """How a profile in `home` is enrolled once more; `public_key` is its device's.

    `changed` is told the device's state before that is used.
    """

    store: Store
    transport: Transport
    home: Path
    public_key: bytes
    changed: Callable[[state.DeviceState], object]

    def enrol(self, code: str) -> None:
        """Become another device of the same person; call `Engine.start_over` afterwards.

        A lost answer, or a kill, costs nothing: the same code again answers the same. Raises
        NoConnection, CentreSaid (`code-invalid` also for the code of another person), and
        RuleBroken(E_DISK_FULL); then the laptop is the device that it was.
        """
        with self.store.read() as session:
            known, before = state.get(session), outbox.before_first(session)
        begins = known.acked_seq if before is None else min(before, known.acked_seq)
        if Exchange(self.transport).meta().server_id != known.server_id:
            raise NotTheCentre  # the code is not shown to another one
        with told_when_full(self.home):
            attempt = enrol.begin(self.home, code, name=FILE)
        request = EnrolRequest(
            code=code.strip(),
            pubkey=enrol.encoded_key(self.public_key),
            platform=sys.platform,
            app=__version__,
            user=known.user_id,
            former=known.device_id,
            acked=begins,
        )
        try:
            answer = enrol.ask(self.transport, request, attempt)
        except CentreSaid as said:
            if said.kind is Kind.AUTH:
                enrol.finish(self.home, name=FILE)
            raise
        self._become(answer, begins)
        enrol.finish(self.home, name=FILE)
        self.store.changed(frozenset({"op"}))

    def _become(self, answer: EnrolResponse, begins: int) -> None:
        """Keep who this laptop is now; all that is here is asked about again."""
        with self.store.write.begin() as session:
            outbox.requeue_after(session, begins)
            another = state.put(
                session,
                acked_seq=begins,
                device_id=answer.device_id,
                device_code=answer.device_code,
                token=answer.token,
                token_at=None,
                former_tokens=(),  # those of the former device
                forks=(),
                fork_token="",
                leaving="",
                roles=tuple(map(Role, answer.roles or [answer.user.role])),
                grants=tuple(answer.grants),
                scopes=tuple(answer.scopes),
            )
            self.changed(another)
