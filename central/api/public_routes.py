"""What anybody may ask: what the centre speaks, whether it lives, and its counters."""

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from central.api.sync_routes import Asked, call_of
from central.lanes import Lanes
from central.problem import Refused
from central.service.about import about, ready
from central.service.parts import Parts
from gridworker.wire import Meta


def routes(parts: Parts, lanes: Lanes) -> list[HTTPRouteHandler]:
    """Return the open routes."""

    @get("/v1/meta", summary="Protocol, limits, epoch, identity")
    async def meta_route(request: Asked) -> Meta:
        call = call_of(request)
        return await lanes.read(lambda: about(parts, call))

    @get("/healthz", summary="The process lives")
    async def health_route() -> dict[str, str]:
        return {"status": "ok"}

    @get("/readyz", summary="Database and photo folder answer")
    async def ready_route() -> dict[str, str]:
        if not await lanes.read(lambda: ready(parts)):
            raise Refused("overloaded", "not ready")
        return {"status": "ready"}

    @get("/metrics", media_type=MediaType.TEXT, summary="Counters for Prometheus")
    async def metrics_route() -> Response[str]:
        return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [meta_route, health_route, ready_route, metrics_route]
