# Every target sets up what it needs first: a clone, Python >= 3.11, git and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
PIP := $(BIN)/python -m pip --disable-pip-version-check
EXTRAS := --extra fast --extra regex --extra charts --extra postgres
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

.PHONY: help setup demo run test debug lowest check format bench audit torture lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## make or refresh .venv from the locked requirements
	@$(BIN)/python -m compileall -q bot handlers  # where bytecode can't be written later, each command would compile anew

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Tocsin needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked requirements into $(VENV) ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable . 2>$(VENV)/build.log || { cat $(VENV)/build.log; exit 1; }
	@touch $@

$(VENV)/.bench: setup requirements/bench.txt
	@$(PIP) install --quiet --require-hashes --requirement requirements/bench.txt
	@touch $@

demo: setup ## the main job at once, offline, on recorded feeds
	@$(BIN)/tocsin demo

run: setup ## the live bot
	@$(BIN)/tocsin run

test debug lowest: export PYTHONDONTWRITEBYTECODE := # without bytecode each of hundreds of processes compiles the program anew

test: setup ## all tests, with the coverage floors
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n auto --dist worksteal
	@$(BIN)/coverage combine --quiet
	@rm -f .coverage.*  # what killed processes left half written
	@$(BIN)/coverage report --skip-covered --fail-under=95
	@$(BIN)/coverage report --skip-covered --include='bot/core/*,bot/core/**' --fail-under=100

debug: setup ## all tests in asyncio's debug mode
	@$(BIN)/pytest -n auto --dist worksteal -o asyncio_debug=true

lowest: setup ## all tests with the lowest versions that pyproject.toml allows (needs uv)
	@uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	@uv pip compile --quiet --resolution lowest-direct pyproject.toml $(EXTRAS) --output-file $(LOWEST)/lowest.txt >/dev/null
	@uv pip install --quiet --python $(LOWEST)/bin/python --requirement $(LOWEST)/lowest.txt --requirement requirements/dev.in
	@uv pip install --quiet --python $(LOWEST)/bin/python --no-deps --no-build-isolation --editable .
	@$(LOWEST)/bin/python -m pytest -n auto --dist worksteal

check: setup ## format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.bench ## the figures of docs/figures.md, at small sizes
	@$(BIN)/python -m benchmarks

audit: setup ## no lock without hashes, none with a published weakness
	@$(BIN)/python -m tests.audit

torture: setup ## ten thousand kills (some hours)
	@$(BIN)/python -m tests.faults.torture --keep torture.json

lock: ## lock the requirements again (needs uv)
	$(COMPILE) pyproject.toml $(EXTRAS) --output-file requirements/run.txt
	$(COMPILE) pyproject.toml requirements/dev.in $(EXTRAS) --constraint requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) requirements/bench.in --constraint requirements/dev.txt --output-file requirements/bench.txt

clean: ## remove everything that make made
	rm -rf $(VENV) $(LOWEST) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
