"""What the OpenAPI page says beyond what Litestar reads from the routes.

Our headers, tokens, problems and bodies that are not JSON are handled around and beneath the
routes; here they are told to tools, family by family, so that a new route is described as well.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from central.api import problems, tus
from central.api.envelope import BLOBS, EVENTS, OPEN
from central.service import uploads
from gridworker.domain.operations import TYPES, Arguments, Operation
from gridworker.wire import PROTOCOL, Problem, PullRequest, PushRequest, VerifyRequest

Page = dict[str, Any]
COMPONENTS = "#/components/schemas/{name}"
UUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
UPLOAD_ID = "^" + uploads.ID.pattern.replace(r"\Z", "$")
WHOLE = {"type": "string", "pattern": "^[0-9]{1,15}$"}
TEXT = {"type": "string"}
PUBKEY = {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"}
EPOCH = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
BYTES = {"type": "string", "format": "binary"}
BODIES: Final[Mapping[str, type[msgspec.Struct]]] = {
    "/v1/sync/push": PushRequest,
    "/v1/sync/pull": PullRequest,
    "/v1/sync/verify": VerifyRequest,
}

JSON_PROBLEMS = (400, 401, 403, 409, 410, 413, 415, 426, 460, 503, 507)
BLOB_PROBLEMS = (400, 401, 403, 404, 409, 410, 412, 413, 415, 416, 460, 503, 507)
OPEN_PROBLEMS = (503,)
SUCCESS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("get", "/v1/blobs/{blob_id}"): (tus.BYTES_TYPE, "image/*"),
    ("get", "/v1/sync/events"): ("text/event-stream",),
}

ESCROW = (
    ("Escrow-Hash", {"type": "string", "pattern": "^[0-9a-f]{64}$"}, True),
    ("Upload-Offset", WHOLE, True),
    ("Upload-Length", WHOLE, True),
)
TUS = ("Tus-Resumable", {"type": "string", "const": tus.VERSION}, True)
CHECKSUM = ("Upload-Checksum", TEXT, False)
BLOB_HEADERS: Final[Mapping[str, tuple[tuple[str, Page, bool], ...]]] = {
    "post": (TUS, ("Upload-Length", WHOLE, True), ("Upload-Metadata", TEXT, False), CHECKSUM),
    "patch": (TUS, ("Upload-Offset", WHOLE, True), CHECKSUM),
    "head": (TUS,),
    "delete": (TUS,),
    "get": (("Range", TEXT, False),),
}


class DescribedJson(JsonRenderPlugin):
    """Renders the page with all of it."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Page) -> bytes:
        """Return the page as JSON."""
        return super().render(request, described(openapi_schema))


def described(page: Page) -> Page:
    """Return a page to which everything is added."""
    paths = {
        path: {method: _operation(method, path, known) for method, known in methods.items()}
        for path, methods in page["paths"].items()
    }
    components = page["components"]
    schemas = {**components["schemas"], **_schemas()}
    schemas["PushRequest"]["properties"]["ops"]["items"] = {"anyOf": list(_operations())}
    schemas["EnrolRequest"]["properties"]["pubkey"] = PUBKEY
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        **page,
        "paths": paths,
        "components": {**components, "schemas": schemas, "securitySchemes": {"device": bearer}},
    }


def _operation(method: str, path: str, known: Page) -> Page:
    """Describe one operation: what it takes and what it may answer."""
    is_open = not path.startswith("/v1/") or (method.upper(), path) in OPEN or method == "options"
    parameters = [_exact(p) for p in known.get("parameters", ())]
    parameters += [_header(*header) for header in _headers(method, path)]
    more: Page = {"parameters": parameters, "responses": _responses(method, path, known)}
    if not is_open:
        more["security"] = [{"device": []}]
    if (asked := BODIES.get(path)) is not None:
        body = {"schema": {"$ref": COMPONENTS.format(name=asked.__name__)}}
        more["requestBody"] = {"content": {"application/json": body}, "required": True}
    if path.endswith("/escrow"):
        more["requestBody"] = {"content": {"application/octet-stream": {"schema": BYTES}}}
    if path.startswith(BLOBS) and method in {"post", "patch"}:
        more["requestBody"] = {"content": {tus.OFFSET_TYPE: {"schema": BYTES}}}
    return {**known, **more}


def _exact(parameter: Page) -> Page:
    """Say what the id of an upload looks like."""
    return {**parameter, "schema": {"type": "string", "pattern": UPLOAD_ID}}


def _header(name: str, schema: Page, required: bool) -> Page:
    return {"name": name, "in": "header", "schema": schema, "required": required}


def _headers(method: str, path: str) -> Iterable[tuple[str, Page, bool]]:
    if path.startswith(BLOBS):
        yield from BLOB_HEADERS.get(method, ())
        return
    if method != "post" and path != EVENTS:
        return
    yield "Sync-Request-Id", TEXT, False
    if ("POST", path) not in OPEN:
        yield "Sync-Protocol", {"type": "string", "const": str(PROTOCOL)}, True
    if path in BODIES:
        yield "Sync-Epoch", EPOCH, True
        yield "Sync-Acked-Seq", WHOLE, False
    if path.endswith("/escrow"):
        yield from ESCROW
    elif path.startswith("/v1/devices"):
        yield "Idempotency-Key", TEXT, False


def _responses(method: str, path: str, known: Page) -> Page:
    is_blob = path.startswith(BLOBS)
    always = ["Sync-Epoch", "Sync-Server-Time"]
    always += ["Tus-Resumable"] if is_blob else []
    headers = {name: {"schema": TEXT, "required": True} for name in always}
    answers: Page = {}
    for status, answer in known["responses"].items():
        if not status.startswith("2"):
            continue
        content = answer.get("content", {})
        if (method, path) in SUCCESS:
            content = {media: {"schema": BYTES} for media in SUCCESS[method, path]}
        elif is_blob:
            content = {}
        answers[status] = {**answer, "headers": headers, "content": content}
    if is_blob and method == "get":
        answers["206"] = {**answers["200"], "description": "A range of it"}
    statuses = BLOB_PROBLEMS if is_blob else JSON_PROBLEMS if path[:4] == "/v1/" else OPEN_PROBLEMS
    problem = {"schema": {"$ref": COMPONENTS.format(name="Problem")}}
    for number in () if method == "options" else statuses:
        content = {} if method == "head" else {problems.MEDIA: problem}
        answers[str(number)] = {"description": "A problem", "headers": headers, "content": content}
    return answers


def _schemas() -> Page:
    """Return the schemas of problems and of every kind of arguments."""
    kinds = [Operation, Problem, *BODIES.values(), *filter(None, TYPES.values())]
    _, components = msgspec.json.schema_components(kinds, ref_template=COMPONENTS)
    return components


def _operations() -> Iterable[Page]:
    """Return the frame of each type of operation with the arguments that belong to it."""
    for type_, arguments in TYPES.items():
        yield {
            "allOf": [
                {"$ref": COMPONENTS.format(name="Operation")},
                {
                    "type": "object",
                    "properties": {
                        "op_id": UUID,
                        "seq": {"type": "integer", "minimum": 1},
                        "type": {"const": type_},
                        "args": _arguments(arguments),
                    },
                    "required": ["op_id", "seq", "type", "args"],
                },
            ]
        }


def _arguments(kind: type[Arguments] | None) -> Page:
    return {"type": "object"} if kind is None else {"$ref": COMPONENTS.format(name=kind.__name__)}
