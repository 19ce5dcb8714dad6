# Two commands matter: `make serve` and `make test`. Each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_TESTS := tests/clients

.PHONY: serve test bench lint format lock clean

serve: $(VENV)/.serve
	$(BIN)/crm-labels serve $(ARGS)

test: $(VENV)/.test node
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.serve
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# The locks name versions and hashes, never a host.
lock:
	for target in "requirements.lock build" "requirements-dev.lock dev"; do set -- $$target; \
	  uv pip compile pyproject.toml --group $$2 --universal --generate-hashes --no-header --no-annotate \
	    --python-version 3.11 --quiet --output-file $$1; done
