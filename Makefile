# `make` alone prints what there is to make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONFIG ?= configs/quickstart.yaml
SEEDS ?= 3
SECONDS ?= 3600
SOURCES := $(shell find neurospike_cli -name '*.py')
ORACLES := $(basename $(notdir $(shell grep -l '^def main' tests/oracles/*.py)))
RUN := outputs/.demo-run

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz lint bench oracles docs clean

help:  ## print this list
	@grep -E '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## */  make \1\t/' | expand -t 20

demo: $(RUN)  ## train, evaluate and plot the quickstart; a second call only shows where it is
	@echo "run:     $$(cat $(RUN))"
	@echo "figures: $$(cat $(RUN))/figures"

test: $(VENV)/.dev  ## run the tests
	$(BIN)/python -m pytest -n auto

fuzz: $(VENV)/.dev  ## read damaged files with every parser for SECONDS seconds
	nice $(BIN)/python -m tests.events.fuzz_formats --seconds $(SECONDS)

lint: $(VENV)/.dev  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.base  ## write the references and the figures that are made from the code
	$(BIN)/python -m docs.generate
	$(BIN)/python -m docs.encoders
	$(BIN)/python -m docs.patterns

bench: benchmarks/.venv/.peers  ## measure time and memory against five ways in PyTorch, and all decoders
	benchmarks/.venv/bin/python -m benchmarks.compare
	benchmarks/.venv/bin/python -m benchmarks.figure
	benchmarks/.venv/bin/python -m benchmarks.decoders

results-%: $(VENV)/.base  ## train configs/benchmarks/%.yaml with SEEDS seeds; ROOT is the recordings' folder
	$(BIN)/python -m benchmarks.tasks $* --seeds $(SEEDS) $(if $(ROOT),--root $(ROOT))
	$(BIN)/python -m docs.generate

oracles: tests/oracles/.venv/.simulators  ## ask NEST, Brian2 and PyTorch again for the golden files
	for script in $(ORACLES); do \
		echo $$script && tests/oracles/.venv/bin/python -m tests.oracles.$$script || exit 1; \
	done

clean:  ## remove environments, caches and the demo's mark; runs in outputs/ stay
	rm -rf $(VENV) benchmarks/.venv tests/oracles/.venv build dist *.egg-info $(RUN)
	rm -rf .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Files named .base, .dev, .peers and .simulators say what an environment already holds.
$(VENV)/.base: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fast]'
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

benchmarks/.venv/.peers: pyproject.toml benchmarks/peers.txt benchmarks/peers_alone.txt
	test -x benchmarks/.venv/bin/python || $(PYTHON) -m venv benchmarks/.venv
	benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
		--editable ".[fast]" --requirement benchmarks/peers.txt
	benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --requirement benchmarks/peers_alone.txt
	touch $@

tests/oracles/.venv/.simulators: tests/oracles/requirements.txt
	test -x tests/oracles/.venv/bin/python || $(PYTHON) -m venv tests/oracles/.venv
	tests/oracles/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement tests/oracles/requirements.txt
	touch $@

# The run's path is kept only when all three steps went well.
$(RUN): $(VENV)/.base $(CONFIG) $(SOURCES)
	@mkdir -p outputs
	run=$$($(BIN)/neurospike train $(CONFIG)) \
		&& $(BIN)/neurospike evaluate "$$run" \
		&& $(BIN)/neurospike plot "$$run" >/dev/null \
		&& echo "$$run" > $@
