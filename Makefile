# make run · test · test-all · check · bench · simulate SEED=1 DAYS=364 MOOD= COMES= · simulate SEEDS=10 DAYS=182 · chaos SEEDS=200 · crashes · operators-day · messages SAMPLE=50 SEED=1 · docs · pictures: each builds .venv first when needed.
PYTHON ?= $(shell readlink -f "$$(command -v python3.11 || command -v python3)")
VENV ?= .venv
BIN := $(VENV)/bin
SEEDS ?= 200
ACTS ?= 40
SEED ?= 1
DAYS ?=
MOOD ?=
COMES ?=
SAMPLE ?= 0
LOCKED := $(VENV)/locked-$(shell cat requirements.lock | cksum | tr ' ' -)
PROJECT := $(VENV)/project-$(shell (pwd; cat pyproject.toml) | cksum | tr ' ' -)
SPELT := bot handlers schedules benchmarks sandbox docs README.md CONTRIBUTING.md CHANGELOG.md
KILLED := $(wildcard tests/end_to_end/test_*_killed.py)
# Empty is off: tests begin some hundred processes, and each would compile the whole bot anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-all check bench simulate chaos crashes operators-day messages docs pictures venv lock migration clean

run: venv
	@$(BIN)/python -m bot

test: venv
	@$(BIN)/python -m pytest -n 4 --dist worksteal

test-all: venv
	@$(BIN)/python -m pytest -n 4 --dist worksteal --every-pair

chaos: venv
	@CHAOS_SEEDS=$(SEEDS) CHAOS_ACTS=$(ACTS) $(BIN)/python -m pytest -n 4 --dist worksteal tests/end_to_end/test_chaos.py

check: venv
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell $(SPELT)

bench: venv
	@$(BIN)/python -m benchmarks

simulate: venv
	@$(BIN)/python -m benchmarks.simulate $(if $(filter file,$(origin SEEDS)),--seed $(SEED) --mood "$(MOOD)" --comes "$(COMES)",--seeds $(SEEDS)) $(if $(DAYS),--days $(DAYS))

messages: venv
	@$(BIN)/python -m benchmarks.messages --seed $(SEED) --sample $(SAMPLE)

docs: venv
	@$(BIN)/steward settings > docs/settings.md
	@$(BIN)/python docs/commands.py
	@$(BIN)/python docs/privacy.py
	@$(BIN)/python docs/nudges.py

pictures: venv
	@$(BIN)/python docs/pictures.py

crashes: venv
	@$(BIN)/python -m pytest -n 4 --dist worksteal --every-pair $(KILLED)
	@$(BIN)/python -m benchmarks.crashes

operators-day: venv
	@$(BIN)/python -m benchmarks.operators_day

venv: $(PROJECT)

# Rebuilt when the content of the lock file changes, whatever its timestamp.
$(LOCKED):
	@$(PYTHON) -c 'import sys; sys.exit("Steward needs Python 3.11 or newer. Run make with PYTHON=/path/to/python3" if sys.version_info < (3, 11) else 0)'
	@echo "Installing dependencies into $(VENV) (once, about a minute)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	@touch $@

$(PROJECT): $(LOCKED)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/project-* && touch $@

lock:
	@rm -rf .lock && $(PYTHON) -m venv .lock && .lock/bin/pip install --quiet --disable-pip-version-check uv
	@.lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade \
		--custom-compile-command "make lock" --python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock
	@.lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --constraint requirements.lock \
		--custom-compile-command "make lock" --python-version 3.11 pyproject.toml --output-file deploy/requirements.lock
	@rm -rf .lock

clean:
	@rm -rf $(VENV) .lock .mypy_cache .ruff_cache .pytest_cache
