"""What Prometheus reads after real traffic, and that it names nobody."""

import re

from central.metrics import HELP, STEPS, Metrics

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="[^"]*",?)+)\})? ([0-9.]+)\Z')
LABELS = {"route", "status", "verdict", "lane", "le", "version"}


def scrape(door):
    """Return {(name, labels): value}, each line held to the format."""
    found, types = {}, {}
    for line in door.ask("GET", "/metrics").body.decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            types[name] = kind
        elif not line.startswith("# HELP "):
            name, labels, value = LINE.match(line).groups()
            pairs = frozenset(re.findall(r'([a-z_]+)="([^"]*)"', labels or ""))
            assert (name, pairs) not in found
            found[name, pairs] = float(value)
    assert set(types) == set(HELP)
    return found


def at(found, name, **labels):
    return found[name, frozenset(labels.items())]


def test_traffic_is_counted_and_timed(door, worker):
    before = scrape(door)
    report = worker.report()
    worker.push(report)
    worker.push(report)
    worker.pull()
    worker.ask("POST", "/v1/sync/push", b"{")
    door.ask("GET", "/v1/people/zhang")
    after = scrape(door)
    push = {"route": "/v1/sync/push"}
    assert at(after, "gridworker_requests_total", status="200", **push) == 2
    assert at(after, "gridworker_requests_total", status="400", **push) == 1
    assert at(after, "gridworker_requests_total", status="404", route="other") == 1
    assert at(after, "gridworker_operations_total", verdict="applied") == 1
    assert at(after, "gridworker_replays_total") == 1
    assert at(after, "gridworker_request_seconds_count", **push) == 3
    assert at(after, "gridworker_request_seconds_bucket", le="+Inf", **push) == 3
    assert at(after, "gridworker_sent_bytes_total", route="/v1/sync/pull") > 1000
    assert at(after, "gridworker_waiting", lane="write") == 0
    assert at(after, "gridworker_photo_room") == 1
    for name in ("process_cpu_seconds_total", "process_start_time_seconds"):
        assert at(after, name) >= at(before, name) > 0
    assert at(after, "process_resident_memory_bytes") > 10_000_000


def test_labels_name_nobody(door, worker, dispatcher):
    op = worker.report(args={"place": "示例路8号", "note": "13800001111"})
    worker.push(op)
    dispatcher.pull()
    found = scrape(door)
    assert {label for _, labels in found for label, _ in labels} <= LABELS
    values = {value for _, labels in found for _, value in labels}
    for word in (worker.user, worker.device_id, worker.device_code, worker.token, "G0101", "示例"):
        assert not [value for value in values if word in value]


def test_the_buckets_of_a_histogram_grow():
    metrics = Metrics()
    for value in (0.001, 0.005, 0.3, 99):
        metrics.observe("gridworker_request_seconds", value, route="x")
    counts = re.findall(r'_bucket\{route="x",le="([^"]*)"\} (\d+)', metrics.text())
    assert [step for step, _ in counts] == [*map(str, STEPS), "+Inf"]
    assert [int(count) for _, count in counts] == [2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4]
