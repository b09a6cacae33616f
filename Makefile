# `make run` starts the daemon, `make test` runs every check. Both set up what they need, from Python alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready
TOOLS_READY := $(VENV)/.tools-ready
# What some tests run beside Python; a test that misses one is skipped by name.
TOOLS := strace e2fsprogs systemd procps chromium-headless-shell libatomic1 fonts-dejavu-core \
	bindfs ntfs-3g exfat-fuse exfatprogs

# Wherever Python is told to keep nothing that it compiled, each process would compile the program anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run fast check compile test prove clean

run: $(READY)
	exec $(BIN)/transcriptd run

# What is pure or stays in one process, and takes no seconds: for while one works.
fast: $(DEV_READY)
	$(BIN)/ruff check daemon tests bench tools
	$(BIN)/pytest tests/unit -m "not process and not long and not prove" --hypothesis-profile=fast \
		--numprocesses=2 --dist=loadfile

check: $(DEV_READY)
	$(BIN)/ruff check daemon tests bench tools
	$(BIN)/ruff format --check daemon tests bench tools
	$(BIN)/mypy

# mypy keeps one core busy; the other one compiles meanwhile what each worker of pytest is going to load.
# Many tests wait for a process or a disk: five at once keep two cores busy.
test: $(DEV_READY) $(TOOLS_READY)
	$(MAKE) --no-print-directory --jobs=2 check compile
	$(BIN)/pytest -m "not prove" --numprocesses=5 --dist=loadfile --no-loadscope-reorder

compile: $(DEV_READY)
	$(BIN)/pytest --collect-only --quiet >/dev/null || true  # the tests themselves say what is wrong

# Most of a proof is waiting for a process that it has started, and some start two at once.
prove: $(DEV_READY) $(TOOLS_READY)
	$(BIN)/pytest -m prove --timeout=3600 -rA --numprocesses=3 --dist=worksteal

# What venv makes holds the path of its folder: where that was moved or copied since, it is made anew,
# but for a folder that holds more than an environment.
MADE_FOR_ANOTHER := $(shell made=$$(sed -n 's|^command = .* -m venv [^/]*||p' $(VENV)/pyvenv.cfg 2>/dev/null); \
	[ -z "$$made" ] || [ -e $(VENV)/Makefile ] || [ "$$made" -ef $(VENV) ] || echo yes)
ifdef MADE_FOR_ANOTHER
.PHONY: $(BIN)/pip $(READY) $(DEV_READY) $(TOOLS_READY)
endif

# The last thing that venv makes: where Debian lacks python3-venv, it ends without, to be made once more.
$(BIN)/pip:
	$(PYTHON) -m venv $(if $(MADE_FOR_ANOTHER),--clear) $(VENV)

# `compat`: a path that type checkers find too, not a hook that only Python follows.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat --editable

# A second time where a download broke off: what had come before that is not fetched again.
$(READY): pyproject.toml | $(BIN)/pip
	$(INSTALL) . || $(INSTALL) .
	touch $@

$(DEV_READY): pyproject.toml | $(BIN)/pip
	$(INSTALL) '.[dev]' || $(INSTALL) '.[dev]'
	touch $@ $(READY)

$(TOOLS_READY): Makefile tests/install | $(BIN)/pip
	tests/install $(TOOLS)
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
