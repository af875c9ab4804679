"""Compression for both ends: bounded when inflated, and nothing damaged is taken."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridworker import encodings
from gridworker.encodings import zstd


@given(name=st.sampled_from(encodings.PREFERRED), body=st.binary(max_size=5000))
def test_what_was_compressed_comes_back(name, body):
    packed = encodings.compress(name, body)
    assert encodings.inflate(name, packed, most=len(body)) == body
    if body:
        with pytest.raises(encodings.TooLong):
            encodings.inflate(name, packed, most=len(body) - 1)


@given(name=st.sampled_from(encodings.PREFERRED), rubbish=st.binary(max_size=200))
def test_rubbish_is_refused_as_such(name, rubbish):
    with pytest.raises(encodings.Damaged):
        encodings.inflate(name, rubbish, most=1000)


@pytest.mark.parametrize("name", encodings.PREFERRED)
def test_a_cut_stream_and_one_with_more_behind_it_are_damaged(name):
    packed = encodings.compress(name, b"words " * 500)
    for wrong in (packed[:-3], packed + b"x"):
        with pytest.raises(encodings.Damaged):
            encodings.inflate(name, wrong, most=100_000)


def test_a_window_that_needs_much_memory_is_refused():
    wide = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    packed = wide.compress(b"words") + wide.flush()
    with pytest.raises(encodings.Damaged):
        encodings.inflate("zstd", packed, most=1000)


def test_other_names_are_unknown():
    with pytest.raises(encodings.UnknownEncoding):
        encodings.compress("br", b"")
    with pytest.raises(encodings.UnknownEncoding):
        encodings.inflate("br", b"", most=1)


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("", None), ("identity", None), ("br", None), ("gzip", "gzip"), ("gzip, zstd", "zstd"),
        ("GZIP;q=0.5,ZSTD", "zstd"), ("zstd;q=0, gzip", "gzip"), ("zstd; q=0.0", None),
    ],
)  # fmt: skip
def test_the_best_of_what_a_header_takes(header, best):
    assert encodings.accepted(header) == best


def test_gzip_of_the_same_bytes_is_the_same_at_any_time():
    assert encodings.compress("gzip", b"x") == gzip.compress(b"x", 6, mtime=0)
