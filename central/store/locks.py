"""The second lock beneath the program's own filters: row security (migrations/m0003)."""

from central.store.transaction import Tx


def hold(tx: Tx) -> bool:
    """Say whether PostgreSQL holds this program's role to row security."""
    return bool(tx.row("SELECT row_security_active('entity')")[0])
