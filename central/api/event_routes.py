"""Server-sent pokes: there is something to pull (sync.md 4.3)."""

from typing import Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from central.api.sync_routes import call_of
from central.lanes import Lanes
from central.pokes import Watch
from central.service import access, guard
from central.service.parts import Parts


def routes(parts: Parts, lanes: Lanes, watch: Watch) -> list[HTTPRouteHandler]:
    """Return the route of pokes."""

    @get("/v1/sync/events", summary="Pokes without content, as server-sent events")
    async def events_route(request: Request[Any, Any, Any]) -> Stream:
        call = call_of(request)

        def admitted() -> list[str]:
            known = parts.store.read(lambda tx: guard.admit(tx, parts, call, pulls=True))
            return access.scopes_for(known.account)

        first = [await lanes.read(admitted)]  # a refusal is an answer, no stream

        async def scopes() -> list[str]:
            return first.pop() if first else await lanes.read(admitted)

        return Stream(
            watch.listen(scopes),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return [events_route]
