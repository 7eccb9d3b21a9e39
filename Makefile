# make demo and make test do everything on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test check bench bench-scan faults fuzz soak docs clean
help:
	@echo "make demo   set up, take the sample returns of 大杨镇 through the whole path, say where the paper lies"
	@echo "make test   set up, run the tests"
	@echo "make check  set up, format, lint, types, import rules, licences, known weaknesses of libraries (where an index is reachable)"
	@echo "make bench  set up, print ratios against named peers"
	@echo "make bench-scan  set up, print how far the reading of scanned paper holds (SCAN_BENCH='--pages 60 --seed 2')"
	@echo "make faults set up, kill and fail an intake everywhere (FAULTS='--kills 300 --step 2 --seed 1'), print what was lost: nothing"
	@echo "make fuzz   set up, 20,000 mutants of our own files through every reader (FUZZ='--mutations 20000 --seed 1 --kinds docx,pdf'), print what was found"
	@echo "make soak   set up, 20,000 files through intake --watch (SOAK='--files 2000 --minutes 5')"
	@echo "make docs   write docs/commands.md anew from the help of every command"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "formgen needs Python 3.11 or newer (make PYTHON=python3.12)")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,scan]'
	touch $@

setup: $(READY)

demo: $(READY)
	$(BIN)/formgen demo

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/make_licences.py --check
	$(BIN)/python tools/audit_dependencies.py

docs: $(READY)
	$(BIN)/python tools/make_commands.py

licences: $(READY)
	$(BIN)/python tools/make_licences.py

bench: $(READY)
	$(BIN)/python tools/bench.py

SCAN_BENCH ?=
bench-scan: $(READY)
	$(BIN)/python tools/bench_scan.py $(SCAN_BENCH)

FAULTS ?=
faults: $(READY)
	$(BIN)/python tools/faults.py $(FAULTS)

FUZZ ?=
fuzz: $(READY)
	$(BIN)/python tools/fuzz.py $(FUZZ)

SOAK ?=
soak: $(READY)
	$(BIN)/python tools/soak.py $(SOAK)

clean:
	rm -rf $(VENV) build dist
