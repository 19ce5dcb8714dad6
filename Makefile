# Two commands matter: `make serve` and `make test`. Each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_TESTS := tests/clients
PAGE := gateway/graphiql
BUNDLE := gateway/edge/graphiql/index.html

.PHONY: serve test soak bench lint format node page wheel lock

serve: $(VENV)/.serve page
	$(BIN)/crm-labels serve $(ARGS)

test: $(VENV)/.test node page
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses 2 --dist worksteal $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under 95 --include 'gateway/wix/*,gateway/sandbox/*,schema/*' --skip-covered

# Ten thousand lost answers, a hundred thousand interleavings, as many requests to two sites, twice as
# many of callers with different rights; `make test` makes do with fewer. Then, with nothing beside
# them, 300 slow connections for a minute, five times the load that can be served, 2,000 who listen
# at two replicas, 300 mute WebSockets, and replicas for ten minutes, without and with trouble.
soak: $(VENV)/.test
	SOAK_FAULTS=10000 SOAK_INTERLEAVINGS=100000 SOAK_REQUESTS=100000 SOAK_MINUTES=10 SOAK_WINDOWS=200 SOAK_TRACE_SECONDS=300 \
	  $(BIN)/pytest --numprocesses 2 tests/gateway/replicas/test_shared_budget.py \
	  tests/scenarios/test_writes_once.py tests/gateway/crm/test_staleness.py \
	  tests/gateway/replicas/test_staleness.py \
	  tests/scenarios/test_two_sites.py tests/scenarios/test_trace.py $(ARGS)
	SOAK_REQUESTS=200000 $(BIN)/pytest tests/scenarios/test_rights.py $(ARGS)
	SOAK_CONNECTIONS=300 SOAK_SLOW_SECONDS=60 SOAK_PATIENCE=10 SOAK_OVERLOAD_SECONDS=20 \
	  SOAK_GOODPUT=0.8 $(BIN)/pytest tests/scenarios/test_slow_connections.py \
	  tests/scenarios/test_overload.py $(ARGS)
	SOAK_SUBSCRIPTIONS=2000 SOAK_MUTE=300 $(BIN)/pytest tests/scenarios/test_live_replicas.py \
	  tests/scenarios/test_live_floods.py $(ARGS)
	$(BIN)/python -m tests.bench.replicas 600
	$(BIN)/python -m tests.bench.replicas 600 rough

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
node: $(NODE_TESTS)/node_modules/.installed $(NODE_TESTS)/federation/node_modules/.installed \
  $(NODE_TESTS)/frontends/node_modules/.installed

%/node_modules/.installed: %/package-lock.json
	@if command -v npm >/dev/null && cd $* && npm ci --silent; then touch node_modules/.installed; \
	  else echo "npm is absent or fails in $*: GraphiQL, or tests of npm programs, will be left out"; fi

# GraphiQL for browsers. Without npm the gateway serves a plain page.
page: $(BUNDLE)

$(BUNDLE): $(PAGE)/node_modules/.installed $(PAGE)/build.mjs $(wildcard $(PAGE)/src/* $(PAGE)/src/*/*)
	@if [ -f $< ]; then cd $(PAGE) && npm run --silent build; fi

wheel: $(VENV)/.test page
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

# The locks name versions and hashes, never a host.
lock:
	for target in "requirements.lock build" "requirements-dev.lock dev"; do set -- $$target; \
	  uv pip compile pyproject.toml --group $$2 --universal --generate-hashes --no-header --no-annotate \
	    --python-version 3.11 --quiet --output-file $$1; done
