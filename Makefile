# make demo    a first run, from nothing: two trackers over the synthetic set, and their report
# make test    every test
# make regression    kcf on three synthetic sequences against its stored scores
# make check   lint, types, tests and regression: what CI runs
# make env     only the environment (.venv)

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
PIP     = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test regression check lint env clean

demo: $(VENV)/installed
	$(BIN)/harness run --tracker kcf --tracker static --dataset synthetic
	$(BIN)/harness report --compare --dataset synthetic

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -q -n 2

# --fresh: what is stored was made by another harness, which no fingerprint covers.
regression: $(VENV)/installed
	$(BIN)/harness check --baseline tests/baselines/kcf-synthetic.json --tracker kcf --fresh

check: lint test regression

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

env: $(VENV)/installed-dev

# torch comes first and pinned, so that nothing resolves a second one.
$(VENV)/installed: setup.cfg constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) torch
	$(PIP) -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) -e '.[vot,got10k,cluster,decode,dev]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
