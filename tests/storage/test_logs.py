"""Logs, clock and places: what support may read, what an operation says of its time."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gridworker.app import logs
from gridworker.app.clock import SystemClock
from gridworker.app.paths import Paths, default_home
from gridworker.storage.uptime import system_uptime

MOBILE, IDENTITY, OLD_IDENTITY = "13812345678", "110101199003070023", "110101900307002"


@pytest.fixture
def log(tmp_path):
    before = logging.getLogger().level
    handler = logs.start(tmp_path / "logs", level=logging.DEBUG)
    yield logging.getLogger("gridworker.test"), tmp_path / "logs" / logs.FILE
    logs.stop(handler)
    logging.getLogger().setLevel(before)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"call {MOBILE}.", "call 138****5678."),
        ("手机138 1234 5678和138-1234-5678", "手机138****5678和138****5678"),
        (f"+86 {MOBILE}", "138****5678"),
        (f"id={IDENTITY}", "id=110***********0023"),
        ("11010119900307002X", "110***********002X"),
        (OLD_IDENTITY, "110********7002"),
        ("op 1763769600123 in 12345678901 ms", "op 1763769600123 in 12345678901 ms"),
        ("0192f0c1-1381-2345-678a", "0192f0c1-1381-2345-678a"),
        (f"{MOBILE}{MOBILE}", f"{MOBILE}{MOBILE}"),
    ],
)
def test_numbers_that_name_a_person_are_masked(text, masked):
    assert logs.mask(text) == masked


def test_nothing_personal_reaches_the_file(log):
    logger, path = log
    logger.info("from %s about %s", MOBILE, {"id": IDENTITY})
    try:
        int(f"bad phone {MOBILE}")
    except ValueError:
        logger.exception("failed for %s", IDENTITY)
    logger.warning("where", stack_info=True)
    text = path.read_text("utf-8")
    assert "138****5678" in text
    assert "Traceback" in text
    for number in (MOBILE, IDENTITY):
        assert number not in text


def test_chinese_is_kept_and_files_rotate(log):
    logger, path = log
    line = "同步完成" * 5000
    for _ in range(60):
        logger.info(line)
    assert "同步完成" in path.read_text("utf-8")
    assert 1 < len(list(path.parent.iterdir())) <= logs.KEPT + 1


def test_a_stamp_says_all_that_is_known():
    clock = SystemClock(skew_ms=-7, last_server_ms=5)
    stamp = clock.stamp()
    assert datetime.fromisoformat(stamp.wall).utcoffset() == clock.now().utcoffset()
    assert stamp.boot == system_uptime().boot
    assert abs(stamp.mono_ms / 1000 - clock.monotonic()) < 5
    assert (stamp.skew_ms, stamp.srv_last) == (-7, 5)


def test_hearing_the_centre_measures_the_skew():
    clock = SystemClock()
    assert clock.stamp().skew_ms is None
    ahead = int((clock.now() + timedelta(hours=1)).timestamp() * 1000)
    assert clock.heard(ahead, round_trip_s=0.2) == pytest.approx(3_600_100, abs=5_000)
    clock.heard(ahead - 10_000)
    assert clock.stamp().srv_last == ahead
    assert clock.stamp().skew_ms == pytest.approx(3_590_000, abs=5_000)


@pytest.mark.parametrize(
    ("environment", "platform", "wanted"),
    [
        ({"GRIDWORKER_HOME": "/srv/p1", "XDG_DATA_HOME": "/x"}, "linux", "/srv/p1"),
        ({"XDG_DATA_HOME": "/x"}, "linux", "/x/gridworker"),
        ({"XDG_DATA_HOME": "relative"}, "linux", "~/.local/share/gridworker"),
        ({}, "linux", "~/.local/share/gridworker"),
        ({"LOCALAPPDATA": "/local"}, "win32", "/local/gridworker"),
        ({}, "win32", "~/AppData/Local/gridworker"),
        ({}, "darwin", "~/Library/Application Support/gridworker"),
    ],
)
def test_the_profile_lies_where_the_platform_keeps_data(environment, platform, wanted):
    assert default_home(environment, platform) == Path(wanted).expanduser()


def test_a_profile_is_its_owners_alone(tmp_path):
    paths = Paths(tmp_path / "new" / "profile")
    paths.make()
    paths.make()
    assert paths.home.stat().st_mode & 0o777 == 0o700
    assert {paths.database.parent, paths.photos.parent, paths.logs.parent} == {paths.home}
