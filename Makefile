# One verb per task. Everything is set up in .venv at first use; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready
ARGS   ?=
# Per cent of lines and branches below which `make coverage` fails.
FLOOR  ?= 91

.PHONY: try test test-all test-rest check audit sbom coverage docs bench quality chaos clean

try: $(STAMP)  ## the whole product on this machine, without Telegram
	@$(BIN)/crossbeat try $(ARGS)

test: $(STAMP)-test  ## the tests, in parallel
	@$(BIN)/python -m pytest -n auto --dist worksteal -q $(ARGS)

test-all: $(STAMP)-test  ## every case: both engines everywhere, all types, more examples
	@$(BIN)/python -m pytest --all -n auto --dist worksteal -q $(ARGS)

test-rest: $(STAMP)-test  ## of those, what `make test` leaves out
	@$(BIN)/python -m pytest --rest -n auto --dist worksteal -q $(ARGS)

check: $(STAMP)-check audit  ## lint, static security (ruff's S), types, documentation, known weaknesses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/typos
	$(BIN)/python -m pytest -q tests/unit/test_docs.py tests/unit/test_site.py tests/unit/test_imports.py

audit: $(STAMP)-check  ## known weaknesses of the packages; says so where the database cannot be reached
	@$(BIN)/python .ci/audit.py

sbom: $(STAMP)-check  ## what a desk consists of when it runs, in build/sbom.json (CycloneDX)
	@$(BIN)/python .ci/sbom.py

coverage: $(STAMP)-check  ## which lines and branches the unit and integration tests reach; fails below FLOOR
	@$(BIN)/python -m pytest -n auto --dist worksteal -q --cov --cov-report=term --cov-fail-under=$(FLOOR) tests/unit tests/integration $(ARGS)

docs: $(STAMP)-check  ## the site, in build/site
	@$(BIN)/sphinx-build -q -W --keep-going -b html docs build/site
	@echo "Open build/site/index.html"

bench: $(STAMP)-bench  ## the benchmark table
	@$(BIN)/python -m tests.benchmarks $(ARGS)

quality: $(STAMP)-bench  ## how good the matching is, by category
	@$(BIN)/python -m tests.benchmarks.quality $(ARGS)

chaos: $(STAMP)-test  ## crashes and faults, counted
	@$(BIN)/python -m tests.chaos $(ARGS)

$(STAMP): pyproject.toml constraints.txt
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Setting up, once: some 60 packages, about 70 MB to fetch and 250 MB on disk; a minute or two."
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(STAMP)-test: $(STAMP)
	@echo "Adding what the tests need, once; about a minute."
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(STAMP)-check: $(STAMP)-test
	@echo "Adding what checking needs, once; about a minute."
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[test,check]'
	@touch $@

$(STAMP)-bench: $(STAMP)-test
	@echo "Adding what the benchmarks need, once; about a minute."
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[test,bench]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
