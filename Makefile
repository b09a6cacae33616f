# `make run` starts the daemon, `make test` runs every check. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready
TOOLS_READY := $(VENV)/.tools-ready
# What some tests run beside Python; a test that misses one is skipped by name.
TOOLS := strace e2fsprogs systemd chromium fonts-dejavu-core

.PHONY: run test check prove clean

run: $(READY)
	exec $(BIN)/transcriptd run

test: check $(TOOLS_READY)
	$(BIN)/pytest -m "not prove" --numprocesses=2 --dist=loadfile

check: $(DEV_READY)
	$(BIN)/ruff check daemon tests bench
	$(BIN)/ruff format --check daemon tests bench
	$(BIN)/mypy

prove: $(DEV_READY) $(TOOLS_READY)
	$(BIN)/pytest -m prove --timeout=3600 -rA

# The last thing that venv makes: where Debian lacks python3-venv, it ends without, to be made once more.
$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

$(READY): pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(DEV_READY): pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(READY)

$(TOOLS_READY): Makefile | $(BIN)/pip
	tests/install $(TOOLS)
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
