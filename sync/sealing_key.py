"""The key that parcels to the centre are sealed to, learnt while there is a network."""

from base64 import urlsafe_b64decode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gridworker.parcel import SEALING
from gridworker.storage import state
from sync.round import Round


def learn_sealing_key(now: Round) -> None:
    """Keep the key, if the centre that this laptop enrolled with has signed it.

    Does nothing when it is here, or when the centre is older than parcels. Raises CentreSaid and
    NoConnection.
    """
    with now.store.read() as session:
        known = state.get(session)
    if known.sealing_key:
        return
    meta = now.exchange.meta()
    if not meta.sealing_key:
        return
    padded = known.server_key + "=" * (-len(known.server_key) % 4)
    pinned = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(padded))
    key = bytes.fromhex(meta.sealing_key)
    try:
        pinned.verify(bytes.fromhex(meta.sealing_proof), SEALING + key)
    except InvalidSignature:
        now.note("sync_key_not_genuine")
        return
    with now.store.write.begin() as session:
        state.put(session, sealing_key=meta.sealing_key)
