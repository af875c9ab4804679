"""The centre as an ASGI application."""

from litestar import Litestar
from litestar.openapi import OpenAPIConfig

import gridworker
from central.api import (
    blob_routes,
    device_routes,
    event_routes,
    problems,
    public_routes,
    sync_routes,
)
from central.api.description import DescribedJson
from central.api.envelope import Envelope
from central.lanes import Lanes
from central.pokes import Watch
from central.service.parts import Parts


def application(parts: Parts, lanes: Lanes, *, epoch: str) -> Envelope:
    """Return the application; the OpenAPI page is at `/schema/openapi.json`."""
    watch = Watch(parts, lanes)
    _show(parts, lanes, watch)
    handlers = [
        *public_routes.routes(parts, lanes),
        *device_routes.routes(parts, lanes),
        *sync_routes.routes(parts, lanes, watch),
        *event_routes.routes(parts, lanes, watch),
        *blob_routes.routes(parts, lanes),
    ]
    inner = Litestar(
        route_handlers=handlers,
        exception_handlers={Exception: problems.answer},
        openapi_config=OpenAPIConfig(
            title="GridWorker centre",
            version=gridworker.__version__,
            path="/schema",
            render_plugins=[DescribedJson(path="/openapi.json")],
        ),
        request_max_body_size=None,
        logging_config=None,
    )
    return Envelope(inner, parts, watch, epoch=epoch)


def _show(parts: Parts, lanes: Lanes, watch: Watch) -> None:
    """Let operators see what goes on now."""
    metrics = parts.metrics
    metrics.show("gridworker_info", lambda: 1, version=gridworker.__version__)
    metrics.show("gridworker_listeners", watch.listeners)
    metrics.show("gridworker_photo_room", parts.blobs.has_room)
    for name, waiting in lanes.waiting().items():
        metrics.show("gridworker_waiting", waiting, lane=name)
