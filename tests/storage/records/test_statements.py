"""Statements fail in the words of the store's guard."""

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.failures import DatabaseReadOnly
from gridworker.storage.statements import Statements


def test_a_reader_that_writes_is_told_so(store):
    with store.read() as session, pytest.raises(DatabaseReadOnly):
        Statements(session).execute("DELETE FROM outbox_state")


def test_a_bug_of_ours_stays_the_drivers_error(store):
    with store.write.begin() as session:
        db = Statements(session)
        with pytest.raises(sqlcipher.OperationalError, match="no such table"):
            db.execute("SELECT * FROM no_such")
        with pytest.raises(sqlcipher.IntegrityError):
            db.many("INSERT INTO uses VALUES (?, 1, '')", [("a",), ("a",)])


def test_statements_run_in_the_transaction_of_their_session(store):
    with store.write() as session:
        Statements(session).execute("INSERT INTO uses VALUES ('a', 1, '')")
    assert store.rows("SELECT * FROM uses") == []
