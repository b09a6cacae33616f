# `make run` starts the daemon, `make test` runs every check. Both set up what they need, from Python alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready
TOOLS_READY := $(VENV)/.tools-ready
# What some tests run beside Python; a test that misses one is skipped by name.
TOOLS := strace e2fsprogs systemd chromium libatomic1 fonts-dejavu-core \
	bindfs ntfs-3g exfat-fuse exfatprogs

.PHONY: run fast check test prove clean

run: $(READY)
	exec $(BIN)/transcriptd run

# What is pure or stays in one process: in under a minute, for while one works.
fast: $(DEV_READY)
	$(BIN)/ruff check daemon tests bench tools
	$(BIN)/pytest tests/unit -m "not process and not prove" --numprocesses=2 --dist=loadfile

check: $(DEV_READY)
	$(BIN)/ruff check daemon tests bench tools
	$(BIN)/ruff format --check daemon tests bench tools
	$(BIN)/mypy

test: check $(TOOLS_READY)
	$(BIN)/pytest -m "not prove" --numprocesses=3 --dist=loadfile

prove: $(DEV_READY) $(TOOLS_READY)
	$(BIN)/pytest -m prove --timeout=3600 -rA

# The last thing that venv makes: where Debian lacks python3-venv, it ends without, to be made once more.
$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

# `compat`: a path that type checkers find too, not a hook that only Python follows.
$(READY): pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat --editable .
	touch $@

$(DEV_READY): pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat --editable '.[dev]'
	touch $@ $(READY)

$(TOOLS_READY): Makefile tests/install | $(BIN)/pip
	tests/install $(TOOLS)
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
