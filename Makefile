# Every verb sets itself up; `make` alone lists them. Needs git, make and Python 3.11 or newer.

PYTHON ?= python3
PORT ?= 8000
UV := uv==0.13.9
INSTALL := -m pip --disable-pip-version-check --quiet install --no-compile
COMPILE := build/lock/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-header pyproject.toml
COPY := build/mutants
ROOMS := $(wildcard tests/rooms/test_polls*.py tests/rooms/test_journal*.py tests/rooms/test_*together.py) # all: make test ROOMS="tests/rooms tests/pages"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo award test browser cover lint format docs bench torture mutants lock clean

help: ## List every verb
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/ready ## Walk an invented city in the browser; PORT=8000, RESET=--reset begins anew
	.venv/bin/tuanti demo --home build/town --port $(PORT) $(RESET)

award: .venv/ready ## Award two invented rounds and check them, into build/demo
	.venv/bin/tuanti award-samples --out build/demo

test: ## Run everything that must hold before a change is kept
	@$(MAKE) --jobs=3 --output-sync --no-print-directory lint docs browser
	.venv/bin/python -m pytest -q --doctest-modules src/tuanti/rules
	.venv/bin/python -m pytest -n 2 --dist worksteal -m "not torture"
	.venv/bin/python -m pytest -n 2 --dist worksteal -m "not torture" --db=postgres $(ROOMS)

browser: ## Install what the browser tests need, where that is allowed
	@tools/browser.sh

cover: .venv/tools ## See that the tests of the rules pass every branch of them
	.venv/bin/python -m pytest -n 2 -m "not torture" --cov --cov-branch --cov-report= tests/rules
	.venv/bin/coverage report --include='*/tuanti/rules/*' --show-missing --skip-covered \
	  --fail-under=100

lint: .venv/tools ## Check style, format, types and walls
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

format: .venv/tools ## Mend what can be mended by itself
	.venv/bin/ruff check --fix-only
	.venv/bin/ruff format

docs: .venv/tools ## Build the documentation into build/site; warnings fail
	.venv/bin/zensical build --strict --clean

bench: .venv-bench/ready .venv/tools ## Measure our solver against others, and a whole city's votes, shares and lists
	.venv-bench/bin/python -m bench
	.venv-bench/bin/python -m bench.consent
	.venv-bench/bin/python -m bench.sharing
	.venv/bin/python -m bench.housing --rows 1000000 --db sqlite
	.venv/bin/python -m bench.housing --rows 1000000 --db postgres
	.venv/bin/python -m bench.papers

torture: .venv/tools ## Run the slow, searching tests
	.venv/bin/python -m pytest -n 2 -m torture --hypothesis-profile torture

mutants: .venv-mutants/ready ## Change the rules in small ways and see that tests notice
	rm -rf $(COPY)
	mkdir -p $(COPY)
	cp -R pyproject.toml src tests bench docs $(COPY)
	if [ -d ../shared ]; then ln -s "$(abspath ../shared)" $(COPY)/shared; fi
	cd $(COPY) && ../../.venv-mutants/bin/mutmut run $(foreach some,$(ONLY),'$(some)')
	cd $(COPY) && ../../.venv-mutants/bin/mutmut results | tee survivors.txt

lock: ## Resolve the locks again; UPGRADE=--upgrade for newer releases
	$(PYTHON) -m venv build/lock
	build/lock/bin/python $(INSTALL) $(UV)
	$(COMPILE) $(UPGRADE) --group dev --output-file requirements-dev.lock
	$(COMPILE) --group build --extra postgres --constraints requirements-dev.lock \
	  --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --group bench --output-file requirements-bench.lock
	$(COMPILE) $(UPGRADE) --group mutants --output-file requirements-mutants.lock

clean: ## Remove what the other verbs made
	rm -rf .venv .venv-* build .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
	  .ruff_cache .coverage
	find src tests bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# An environment: its lock, every hash checked, then ourselves.
.venv/locked: requirements.lock
.venv-bench/locked: requirements-bench.lock
.venv-mutants/locked: requirements-mutants.lock

%/locked:
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python $(INSTALL) --require-hashes -r $<
	touch $@

# What only those who work on Tuanti need comes on top.
.venv/tools: requirements-dev.lock .venv/ready
	.venv/bin/python $(INSTALL) --require-hashes -r $<
	touch $@

%/ready: %/locked pyproject.toml
	$(@D)/bin/python $(INSTALL) --no-deps --no-build-isolation -e .
	touch $@
