# The project's commands. Everything runs in .venv, which `make` sets up by itself; PYTHON names the interpreter (3.11 or later).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo check test format docs bench lab clean

# sets up and explains an example
demo: .venv/ready
	$(BIN)/why403 examples/csrf-django.txt || test $$? -eq 1

# sets up and passes the tests: format, lint, types, the rooms' direction, generated pages, tests
check: .venv/dev
	$(BIN)/ruff format --check src tests bench docs lab build_tables.py
	$(BIN)/ruff check src tests bench docs lab build_tables.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest

test: .venv/dev
	$(BIN)/python -m pytest

format: .venv/dev
	$(BIN)/ruff check --fix src tests bench docs lab build_tables.py
	$(BIN)/ruff format src tests bench docs lab build_tables.py

docs: .venv/dev
	$(BIN)/python docs/generate.py

bench: .venv/dev
	$(BIN)/python bench/accuracy.py
	$(BIN)/python bench/speed.py

# installs, starts, records and stops every server of the lab
lab: .venv/dev
	$(BIN)/python -m lab record

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q src
	touch $@

.venv/dev: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist
