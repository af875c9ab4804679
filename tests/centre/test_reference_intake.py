"""A district's own places, duty list and calendar: taken whole, or not at all."""

import json

import pytest

from central.build import Centre
from tests.centre.conftest import Door, enrolled_laptop

DISTRICT = """\ufeff
{"kind":"org","body":{"code":"D7","tier":"区","name":"海棠区"}}
{"kind":"org","body":{"code":"S7","tier":"街道","name":"柳河街道","parent":"D7"}}

{"kind":"org","body":{"code":"C7","tier":"社区","name":"南桥社区","parent":"S7"}}
{"kind":"org","body":{"code":"U7","tier":"部门","name":"城管执法","parent":"D7","newer":1}}
{"kind":"grid","body":{"code":"G7","name":"第一网格","community":"C7","level":1}}
{"kind":"grid","id":"whatever","rev":9,"body":{"code":"G71","name":"一号","community":"C7","parent":"G7"}}
"""


@pytest.fixture
def load(run, tmp_path):
    def load_(text, *more, **options):
        file = tmp_path / "district.jsonl"
        file.write_text(text, encoding="utf-8")
        return run("reference", "load", str(file), *more, **options)

    return load_


def state(run):
    return run("export-state")[1]


def test_a_fresh_centre_is_made_ready_and_its_first_worker_works(run, load, tmp_path):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    assert run("migrate", database=url)[0] == 0
    code, (said,), _ = load(DISTRICT, "--built-in", "--region", "370299", database=url)
    assert code == 0
    assert json.loads(said)["added"] > 300
    person = ("user", "add", "w1", "--role", "grid_worker", "--scope", "grid:G71")
    assert run(*person, database=url)[0] == 0
    _, (enrol,), _ = run("enrol-code", "w1", database=url)
    centre = Centre.open(url, tmp_path / "own-blobs")
    try:
        laptop = enrolled_laptop(Door(centre), "w1", enrol)
        (verdict,) = laptop.push(laptop.report(grid="G71"))
        assert verdict["verdict"] == "applied"
        laptop.pull()
        (ticket,) = laptop.bodies("ticket").values()
        assert ticket["local_no"].startswith("L370299-")
        orgs = {body["code"]: body for body in laptop.bodies("org").values()}
        assert (orgs["U7"]["newer"], orgs["U7"]["short_name"]) == (1, "")
    finally:
        centre.close()


def test_what_a_serving_centre_takes_in_reaches_the_laptops(run, load, worker):
    worker.pull()
    line = {"code": "G0199", "name": "新网格", "community": "C01", "parent": None}
    assert load(json.dumps({"kind": "grid", "body": line}))[0] == 0
    worker.pull()
    assert "G0199" in {body["code"] for body in worker.bodies("grid").values()}
    code, (said,), _ = load(json.dumps({"kind": "grid", "body": {**line, "name": "改名"}}))
    assert (code, json.loads(said)) == (0, {"added": 0, "changed": 1, "unchanged": 0})
    worker.pull()
    assert "改名" in {body["name"] for body in worker.bodies("grid").values()}


def test_what_was_exported_is_taken_in_and_changes_nothing(run, load):
    kinds = {"org", "grid", "catalogue_item", "case_standard", "calendar_day"}
    before = state(run)
    lines = [line for line in before if json.loads(line).get("kind") in kinds]
    code, (said,), _ = load("\n".join(lines))
    assert (code, json.loads(said)) == (
        0,
        {"added": 0, "changed": 0, "unchanged": len(lines)},
    )
    assert state(run) == before


GOOD = '{"kind":"org","body":{"code":"X1","tier":"区","name":"好"}}\n'
BAD = [
    ("not json", "line 2"),
    ('{"kind":"ticket","body":{}}', "'ticket' is no kind"),
    ('{"kind":"org","body":{"code":"X 2","tier":"区","name":"空格"}}', "is no code"),
    ('{"kind":"org","body":{"code":"X2","tier":"区","name":" "}}', "the name is empty"),
    ('{"kind":"org","body":{"code":"X2","tier":"区级","name":"错"}}', "is no tier"),
    ('{"kind":"org","body":{"code":"X2","name":"缺"}}', "tier"),
    ('{"kind":"org","body":{"code":"X2","tier":"区","name":"a\\u0000"}}', "cannot be kept"),
    ('{"kind":"org","body":{"code":"X2","tier":"区","name":"a","at":1.5}}', "a fraction"),
    ('{"kind":"org","body":{"code":"X2","tier":"区","name":"a","parent":"X9"}}', "no org X9"),
    ('{"kind":"org","body":{"code":"X1","tier":"区","name":"又"}}', "stands above"),
    ('{"kind":"org","body":{"code":"X2","tier":"区","name":"圈","parent":"X2"}}', "in itself"),
    ('{"kind":"org","body":{"code":"C01","tier":"社区","name":"搬"}}', "lies elsewhere"),
    ('{"kind":"grid","body":{"code":"X2","name":"a","community":"X9"}}', "no organisation X9"),
    ('{"kind":"grid","body":{"code":"X2","name":"a","community":"X1","level":4}}', "level"),
    ('{"kind":"calendar_day","body":{"date":"2026-1-1","type":"holiday"}}', "is no holiday"),
    ('{"kind":"calendar_day","body":{"date":"2026","type":"feast"}}', "type"),
    ('{"kind":"calendar_day","body":{"date":"2026-02-30","type":"workday"}}', "line 2"),
    (
        (
            '{"kind":"case_standard","body":{"item":"Z9","no":1,"filing":"a","closing":"b",'
            '"limit":{"value":1,"type":"work_day"}}}'
        ),
        "no item Z9",
    ),
    (
        (
            '{"kind":"case_standard","body":{"item":"OTS01","no":1,"filing":"a","closing":"b",'
            '"limit":{"value":0,"type":"work_day"}}}'
        ),
        "line 2",
    ),
    (
        (
            '{"kind":"catalogue_item","body":{"code":"Z9","kind":"部件","name":"a","path":[],'
            '"scheme":"s","version":"1","standards":[]}}'
        ),
        "lines of their own",
    ),
]


@pytest.mark.parametrize(("bad", "said"), BAD, ids=range(len(BAD)))
def test_one_bad_line_is_told_and_nothing_is_taken_in(run, load, bad, said):
    before = state(run)
    code, lines, err = load(GOOD + bad)
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert said in err
    assert "nothing was taken in" in err
    assert state(run) == before


def test_a_region_is_set_before_the_first_laptop_only(run, worker):
    assert run("reference", "load", "--region", "37020")[0] == 2
    code, _, err = run("reference", "load", "--region", "370299")
    assert code == 2
    assert "laptops are enrolled" in err


def test_a_missing_file_or_nothing_at_all_exits_2(run, tmp_path):
    assert run("reference", "load", str(tmp_path / "none"))[0] == 2
    code, _, err = run("reference", "load")
    assert (code, err.count("\n")) == (2, 1)
