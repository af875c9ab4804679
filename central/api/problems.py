"""Every failure as problem details (RFC 9457, sync.md 4.13)."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from central.api.body import Gone
from central.blobs import PhotosAway, PhotosRefused
from central.problem import Refused
from gridworker.wire import problem_type

MEDIA = "application/problem+json"
LOG = logging.getLogger(__name__)
SERVERS = 500
NOT_ALLOWED = 405
NOT_NOW = {
    (OperationalError, InterfaceError, PoolTimeout): "the database does not answer",
    (PhotosAway, PhotosRefused): "the place of photos does not answer",
}
BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def document(refused: Refused, request_id: str) -> bytes:
    """Return the body of a problem; `instance` is the request's id as its sender gave it."""
    known = {key: value for key, value in refused.facts.items() if value is not None}
    return msgspec.json.encode(
        {
            "type": problem_type(refused.name),
            "title": refused.title,
            "status": refused.status,
            "detail": refused.detail,
            "instance": request_id,
            **known,
        }
    )


def refusal_of(error: Exception) -> Refused:
    """Return what to answer to anything that went wrong; what nobody foresaw is logged."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, HTTPException) and error.status_code < SERVERS:
        return Refused(BY_STATUS.get(error.status_code, "malformed"), error.detail)
    if isinstance(error, Gone):
        return Refused("malformed", "the client has hung up")
    if isinstance(error, RecursionError):
        return Refused("malformed", "nested too deeply")
    for kinds, sentence in NOT_NOW.items():
        if isinstance(error, kinds):
            LOG.warning(sentence, exc_info=error)
            return Refused("overloaded", sentence)
    LOG.error("a request failed", exc_info=error)
    return Refused("internal")


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a failed request (Litestar's exception handler)."""
    refused = refusal_of(error)
    if refused.status == NOT_ALLOWED:
        refused.headers["Allow"] = ", ".join(sorted(_methods(request)))
    request_id = request.headers.get("sync-request-id", "")
    return Response(
        document(refused, request_id),
        status_code=refused.status,
        media_type=MEDIA,
        headers=refused.headers,
    )


def _methods(request: Request[Any, Any, Any]) -> set[str]:
    """Return what can be done at a path."""
    path = request.scope["path"]
    found: set[str] = set()
    for route in request.app.routes:
        fixed, parameter, _ = route.path.partition("{")
        if path == fixed or (parameter and path.startswith(fixed)):
            found |= {str(method) for method in getattr(route, "methods", ())}
    return found
