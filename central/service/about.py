"""What the centre says of itself to anybody."""

from central.service import fleet
from central.service.identity import escrow_key, sealing_key
from central.service.parts import Call, Parts
from central.store import meta
from gridworker import encodings
from gridworker.domain.evidence import MAX_PHOTO_BYTES
from gridworker.domain.operations import TYPES
from gridworker.wire import (
    MAX_OP_BYTES,
    MAX_OPS,
    MAX_PULL_BYTES,
    MAX_PULL_ROWS,
    MAX_PUSH_BYTES,
    PROTOCOL,
    SCHEMA,
    Meta,
)

KINDS = (
    "ticket",
    "patrol_record",
    "evidence",
    "flow_record",
    "contact",
    "person",
    "household",
    "worker",
    "org",
    "grid",
    "catalogue_item",
    "case_standard",
    "calendar_day",
    "late_evidence",
    "op_result",
)


def about(parts: Parts, call: Call) -> Meta:
    """Return protocol, operation types, schemas, limits and identity."""
    known = parts.store.read(meta.everything)
    call.now_epoch = epoch = known.get("epoch", "")
    versions: dict[str, list[int]] = {}
    for type_ in TYPES:
        name, _, version = type_.partition("@")
        versions.setdefault(name, []).append(int(version))
    server_key = parts.settings["server_key"]
    key, proof = sealing_key(server_key)
    last_key, last_proof = escrow_key(server_key, known.get(fleet.ORGANISATION_KEY))
    return Meta(
        protocol={"min": PROTOCOL, "max": PROTOCOL},
        op_types=versions,
        schemas=dict.fromkeys(KINDS, SCHEMA),
        limits={
            "push_ops": MAX_OPS,
            "push_bytes": MAX_PUSH_BYTES,
            "op_bytes": MAX_OP_BYTES,
            "pull_rows": MAX_PULL_ROWS,
            "pull_bytes": MAX_PULL_BYTES,
            "photo_bytes": MAX_PHOTO_BYTES,
        },
        encodings=list(encodings.PREFERRED),
        epoch=epoch,
        server_time=parts.clock(),
        server_id=parts.settings["server_id"],
        region=parts.settings["region"],
        demo=parts.demo,
        sealing_key=key,
        sealing_proof=proof,
        escrow_key=last_key,
        escrow_proof=last_proof,
        min_pull=known.get(fleet.MIN_PULL, ""),
    )


def ready(parts: Parts) -> bool:
    """Say whether the database answers and photos have a place."""
    return parts.store.read(lambda tx: meta.get(tx, "epoch")) is not None and parts.blobs.has_room()
