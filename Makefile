PYTHON ?= python3
VENV ?= .venv
PYTEST ?= -n 2 --dist loadfile
ifeq ($(OS),Windows_NT)
BIN = $(VENV)/Scripts
else
BIN = $(VENV)/bin
endif

.PHONY: pictures demo demo-drimbox test coverage lint bench kills viewer examples docs golden test-tools lock clean

demo: $(VENV)/installed
	$(BIN)/drimcheck demo

demo-drimbox: $(VENV)/installed-dev viewer
	$(BIN)/drimcheck demo-drimbox

test: $(VENV)/installed-dev lint
	$(BIN)/python -m pytest $(PYTEST)

coverage: $(VENV)/installed-dev
	$(BIN)/coverage run -m pytest $(PYTEST)
	$(BIN)/coverage report --fail-under=90

pictures: $(VENV)/installed-dev
	$(BIN)/python -m tests.pictures

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/installed-dev
	$(BIN)/python -m tests.perf

kills: $(VENV)/installed-dev
	$(BIN)/python -m tests.kills

examples: $(VENV)/installed-dev
	$(BIN)/python -m drimcheck.examples

docs: $(VENV)/installed-dev
	$(BIN)/python -m drimcheck.docs

golden: $(VENV)/installed-dev
	$(BIN)/python -m tests.golden.rewrite

test-tools: tests/node_modules/.package-lock.json

tests/node_modules/.package-lock.json: tests/package-lock.json
	@command -v npm >/dev/null || { echo "the schema of SARIF comes by npm; the test that needs it skips without" >&2; exit 1; }
	cd tests && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

viewer: reference_drimbox/viewer/dist/index.html

reference_drimbox/viewer/dist/index.html: reference_drimbox/viewer/package-lock.json $(wildcard reference_drimbox/viewer/src/*) reference_drimbox/viewer/index.html reference_drimbox/viewer/vite.config.js
	@command -v npm >/dev/null || { echo "the viewer needs Node 20 or later, with npm; the rest works without it" >&2; exit 1; }
	cd reference_drimbox/viewer && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && npx tsc --noEmit && npx vite build --logLevel error

lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python -c "open('$@', 'w').close()"

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -c "open('$@', 'w').close()"

clean:
	rm -rf $(VENV) dist build drimcheck-demo drimcheck-demo-drimbox reference_drimbox/viewer/dist reference_drimbox/viewer/node_modules tests/node_modules .coverage .mypy_cache .ruff_cache .hypothesis
