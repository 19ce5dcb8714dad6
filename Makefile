# Two commands matter: `make serve` and `make test`. Each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_TESTS := tests/clients

.PHONY: serve test soak bench lint format node lock

serve: $(VENV)/.serve
	$(BIN)/crm-labels serve $(ARGS)

test: $(VENV)/.test node
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses 2 --dist worksteal $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under 95 --include 'gateway/wix/*,gateway/sandbox/*,schema/*' --skip-covered

# Ten thousand lost answers and a hundred thousand interleavings; `make test` makes do with fewer.
soak: $(VENV)/.test
	SOAK_FAULTS=10000 SOAK_INTERLEAVINGS=100000 $(BIN)/pytest --numprocesses 2 \
	  tests/scenarios/test_writes_once.py tests/gateway/crm/test_staleness.py $(ARGS)
	SOAK_SUBSCRIPTIONS=2000 $(BIN)/pytest tests/scenarios/test_live_connections.py $(ARGS)

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

# The npm programs that tests drive. Without npm those tests are skipped; in CI they fail.
node: $(NODE_TESTS)/node_modules/.installed $(NODE_TESTS)/federation/node_modules/.installed

%/node_modules/.installed: %/package-lock.json
	@if command -v npm >/dev/null; then cd $* && npm ci --silent && touch node_modules/.installed; \
	  else echo "npm is absent: the tests that drive npm programs will be skipped"; fi

# The locks name versions and hashes, never a host.
lock:
	for target in "requirements.lock build" "requirements-dev.lock dev"; do set -- $$target; \
	  uv pip compile pyproject.toml --group $$2 --universal --generate-hashes --no-header --no-annotate \
	    --python-version 3.11 --quiet --output-file $$1; done
