# The two commands: `make run` and `make test`. Everything else builds on the environment they make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ITERATIONS ?= 10

.PHONY: run test check bench bench-llm lock clean

run: $(VENV)/.base
	$(BIN)/python -m builder run --iterations $(ITERATIONS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile --durations 12

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.base
	$(BIN)/python -m builder bench

bench-llm: $(VENV)/.dev
	$(BIN)/python -m tests.bench_llm

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.lock $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	touch $@

# Maintainers: pin the newest releases that pyproject.toml allows.
lock:
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements/base.lock
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev -c requirements/base.lock pyproject.toml -o requirements/dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
