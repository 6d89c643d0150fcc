# Two commands: `make run` starts the platform with demo data, `make test` runs every check.
# PORT, HOST and DATA_DIR may be given: make run PORT=8080 DATA_DIR=/var/lib/mianshe

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header

.PHONY: run test check bench bench-matching lock browser
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@exec $(BIN)/mianshe up

# Many processes start: each would compile every source anew if none may write down what it made of them.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/tested browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/installed
	@exec $(BIN)/mianshe check

bench: $(VENV)/installed
	@exec $(BIN)/mianshe bench

# Real bids and texts lie outside: make bench-matching MATCHING_DATA=/where/they/are ROWS="B6 B7"
bench-matching: $(VENV)/installed
	@MATCHING_DATA="$(MATCHING_DATA)" exec $(BIN)/python -m bench.matching $(ROWS)

# Without hosts and with hashes: any mirror may serve the files, none may change them.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: install it with pip install uv."; exit 1; }
	printf 'hatchling\neditables\n' | $(COMPILE) $(UPGRADE) pyproject.toml - -o requirements.lock
	printf 'hatchling\neditables\n' | $(COMPILE) $(UPGRADE) pyproject.toml --extra meaning --group dev -c requirements.lock - -o dev.lock

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install python3, or name one with make PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/venv-package $(PYTHON)
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

# The second step needs no network: hatchling and editables are in the lock.
$(VENV)/installed: $(BIN)/python requirements.lock pyproject.toml
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/tested: $(BIN)/python dev.lock pyproject.toml
	$(PIP) --require-hashes -r dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/installed

browser: $(VENV)/tested
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/browser
