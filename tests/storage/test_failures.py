"""What people are told of an access to a file that failed."""

import errno

import pytest

from gridworker.storage.failures import told_by


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "database_read_only"),
        (errno.EROFS, "database_read_only"),
        (errno.EIO, "store_interrupted"),
        (errno.EISDIR, "store_interrupted"),
    ],
)
def test_each_failure_is_told_as_what_it_is(number, code):
    assert told_by(OSError(number, "x")) == code


def test_one_without_a_number_is_tried_again():
    assert told_by(OSError("x")) == "store_interrupted"
