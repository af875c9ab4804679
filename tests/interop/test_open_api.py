"""schemathesis holds a real centre against its own OpenAPI page."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import requests

from deploy import peers

EXAMPLES = int(os.environ.get("GRIDWORKER_EXAMPLES", "30"))
pytestmark = pytest.mark.timeout(300 + 10 * EXAMPLES)
PROGRAM = Path(peers.ROOT, ".venv", "bin", "st")
HOOKS = "tests.interop.fuzz_hooks"
PROMISES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)


@pytest.fixture
def centre(served):
    return served().start()


@pytest.fixture
def get(centre):
    with requests.Session() as session:
        session.trust_env = False
        yield lambda path: session.get(centre.url + path, timeout=20)


@pytest.fixture
def fuzz(centre, tmp_path):
    """Run schemathesis over a page; return what it said and how it ended."""

    def run(page: object, *options: str) -> "subprocess.CompletedProcess[str]":
        file = tmp_path / "openapi.json"
        file.write_text(json.dumps(page), "utf-8")
        command = [PROGRAM, "run", file, "--url", centre.url, "--no-color", "--warnings", "off"]
        return subprocess.run(
            [*command, "--generation-database", "none", "--request-timeout", "20", *options],
            capture_output=True,
            text=True,
            check=False,
            cwd=peers.ROOT,
            env={**os.environ, "SCHEMATHESIS_HOOKS": HOOKS},
        )

    return run


def test_every_answer_is_as_the_page_says_and_none_is_a_failure(centre, fuzz, get):
    options = ["-H", f"Authorization: {centre.enrol()['Authorization']}"]
    # The stream of pokes has no end to wait for.
    options += ["--exclude-path", "/v1/sync/events", "--phases", "examples,coverage,fuzzing"]
    options += ["--checks", ",".join(PROMISES), "--max-examples", str(EXAMPLES)]
    done = fuzz(get("/schema/openapi.json").json(), "--continue-on-failure", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    counters = get("/metrics").text
    assert not re.search(r'status="5', counters)
    # Else nothing was tried but the front door.
    for wanted in ('sync/push",status="200"', 'verdict="applied"', 'blobs",status="201"'):
        assert wanted in counters, counters


def test_a_promise_that_is_not_kept_is_found(fuzz, get):
    page = get("/schema/openapi.json").json()
    page["paths"] = {"/healthz": page["paths"]["/healthz"]}
    fine = fuzz(page, "--checks", ",".join(PROMISES))
    assert fine.returncode == 0, fine.stdout
    answer = page["paths"]["/healthz"]["get"]["responses"]["200"]
    answer["headers"]["X-Nobody"] = {"schema": {"type": "string"}, "required": True}
    broken = fuzz(page, "--checks", ",".join(PROMISES))
    assert broken.returncode == 1
    assert "X-Nobody" in broken.stdout.title()
