"""Row security on PostgreSQL: the second lock beneath the filters of the program (security.md T10).

A transaction reads the records of those scopes that it has named; one that has named none reads
none. The owner of the tables is not held to it: he migrates and backs up. SQLite has no such lock.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = "(SELECT current_setting('gridworker.whole', true)) = 'on'"
# The list is made once for each statement, as it does not depend on the row.
SHOWN = """
    scope = ANY (ARRAY(
        SELECT h.id FROM scope_head h WHERE h.scope IN (
            SELECT jsonb_array_elements_text(
                nullif(current_setting('gridworker.scopes', true), '')::jsonb))))
"""
POLICIES = {
    "feed": SHOWN,
    # The feed that a transaction sees is the one above.
    "entity": "EXISTS (SELECT 1 FROM feed f WHERE f.entity = entity.n AND f.op = 'put')",
    "blob_ref": "EXISTS (SELECT 1 FROM entity e WHERE e.id = blob_ref.entity_id)",
    "op_log": None,
}


def upgrade() -> None:
    """Lock what speaks of records; nothing changes for programs that work as the owner."""
    if op.get_bind().dialect.name != "postgresql":
        return
    # Views read as their owner: a device is told what went, and nothing more of it than its name.
    op.execute("CREATE VIEW record_name AS SELECT n, kind, id FROM entity")
    for table, shown in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY whole ON {table} USING ({WHOLE})")
        if shown is not None:
            op.execute(f"CREATE POLICY shown ON {table} FOR SELECT USING ({shown})")
