# make run · make test · make check · make bench · make docs · make pictures: each builds .venv first when it is missing or stale.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.built

.PHONY: run test check bench docs pictures venv lock migration clean

run: venv
	@$(BIN)/python -m bot

test: venv
	@$(BIN)/python -m pytest -n 4 --dist worksteal

check: venv
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: venv
	@$(BIN)/python -m benchmarks

docs: venv
	@$(BIN)/steward settings > docs/settings.md

pictures: venv
	@$(BIN)/python docs/pictures.py

venv: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Steward needs Python 3.11 or newer; set PYTHON=/path/to/python3" if sys.version_info < (3, 11) else 0)'
	@echo "Building .venv (a minute, once)"
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	@rm -rf .lock && $(PYTHON) -m venv .lock && .lock/bin/pip install --quiet --disable-pip-version-check uv
	@.lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade \
		--custom-compile-command "make lock" --python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock
	@rm -rf .lock

clean:
	@rm -rf .venv .lock .mypy_cache .ruff_cache .pytest_cache
