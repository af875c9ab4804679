# Everything there is to do with this project; `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
UV := PYTHONPATH=$(VENV)/.tools $(VENV)/.tools/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
STAMP := $(VENV)/.stamp
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help setup setup-test run test check format tour bench soak bundle lock translations

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## system libraries and .venv, nothing else
	@bash deploy/system-packages.sh run
	@$(MAKE) --no-print-directory $(STAMP)

setup-test: setup
	@bash deploy/system-packages.sh test

$(STAMP): requirements.lock pyproject.toml
	@test -x $(PY) || python3 -m venv $(VENV)
	@test -x $(VENV)/.tools/bin/uv || $(VENV)/bin/pip install --quiet --disable-pip-version-check --target $(VENV)/.tools 'uv>=0.9,<1'
	@$(UV) pip sync --quiet --compile-bytecode --python $(PY) --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

run: setup ## demo centre on loopback, an enrolled demo laptop, the desktop client (RESET=1 renews the demo)
	@$(PY) -P deploy/run_demo.py $(if $(RESET),--reset)

test: setup-test ## the whole suite, offscreen; what cannot start is skipped with a reason
	@QT_QPA_PLATFORM=offscreen $(PY) -P -m pytest -n $(JOBS) --dist worksteal

check: setup-test ## format, lint, types, import contracts, then make test
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(MAKE) --no-print-directory test

format: setup ## put the code into its form
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

tour: setup-test ## a scripted day through the real windows; screenshots and tour.md in build/tour
	@$(PY) -P deploy/tour.py build/tour

bench: setup-test ## the figures of the goals as ratios measured in one run (QUICK=1); build/bench.md
	@$(PY) -P -m bench $(if $(QUICK),--quick) $(if $(WITH_KINTO),--with-kinto) --out build/bench.md

soak: setup-test ## the long versions of the fault and simulation tests; build/soak.md
	@$(PY) -P deploy/soak.py build/soak.md

bundle: setup ## build.spec by PyInstaller, then the bundle's own self-test
	@$(UV) pip install --quiet --python $(PY) --target $(VENV)/.bundler 'pyinstaller>=6.16,<7'
	@PYTHONPATH=$(CURDIR)/$(VENV)/.bundler $(PY) -P -m PyInstaller --noconfirm --log-level WARN --distpath build/dist --workpath build/work build.spec
	@$(PY) -P deploy/try_bundle.py build/dist/gridworker

lock: $(STAMP)
	@$(COMPILE) --all-extras pyproject.toml -o requirements.lock
	@$(COMPILE) --group peers -o requirements-peers.lock


translations: setup
	@$(PY) deploy/translations.py
