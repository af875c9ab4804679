"""Many enrolled devices without a laptop each: what a load needs to speak for them."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import requests

from bench.district import District
from central.build import open_office
from central.service import access, people
from central.store import feed
from central.store.accounts import Account
from gridworker.domain.organisation import Role

KEY = urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
Device = dict[str, Any]


def enrolled(district: District, count: int, *, prefix: str) -> list[Device]:
    """Add grid workers, each with a device that has pulled all there is; spread over the grids."""
    scopes = district.grids(10_000)
    found: list[Device] = []
    with open_office(district.database) as office, requests.Session() as session:
        session.trust_env = False
        for number in range(count):
            scope = scopes[number % len(scopes)]
            user = f"{prefix}{number:05d}"
            rights = people.rights_of([Role.GRID_WORKER], [scope])
            account = Account(user, user, rights)
            people.put(office, account)
            code = people.enrol_code(office, user, valid_hours=1)
            body = {"code": code, "pubkey": KEY, "platform": "bench", "app": "1"}
            answer = session.post(
                f"{district.url}/v1/devices", json=body, headers={"Idempotency-Key": user}
            )
            answer.raise_for_status()
            said = json.loads(answer.content)
            found.append(
                {
                    "user": user,
                    "grid": scope.removeprefix("grid:"),
                    "token": said["token"],
                    "epoch": said["epoch"],
                    "scopes": access.scopes_for(account),
                }
            )
        wanted = {scope for device in found for scope in device["scopes"]}
        heads = office.store.survey(lambda tx: feed.heads(tx, wanted))
    for device in found:
        held = device.pop("scopes")
        device["cursors"] = {s: heads[s].seq if s in heads else 0 for s in held}
    return found


def acknowledged(district: District, prefix: str) -> dict[str, int]:
    """Return up to which number each of these people's devices has verdicts, by login."""
    with open_office(district.database) as office:
        rows = office.store.survey(
            lambda tx: tx.rows(
                "SELECT login, acked_seq FROM device WHERE login LIKE ?", f"{prefix}%"
            )
        )
    return {str(login): int(seq) for login, seq in rows}
