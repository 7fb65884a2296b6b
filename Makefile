# Rootline. `make` alone lists what there is. The work is done in scripts/, which any python3 from 3.8 on can run.
#
#   make setup EXTRAS=all-rasa    with TensorFlow, for DIET and TED
#   make run ARGS="--port 8080"   options for what is started
#   make test ARGS="-k negation"  options for pytest
#   make clean ALL=1              also the environments

.DEFAULT_GOAL := help
.PHONY: help setup run chat check train test lint types format lock evaluate bench train-encoder clean

# The first interpreter that really runs: a name on PATH may be a version manager's shim for nothing.
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
endif
TASK = @$(if $(PYTHON),,echo "error: no python3 from 3.8 on runs here: install one, or run make PYTHON=/path/to/python3" >&2; exit 1;) \
	$(PYTHON) scripts/tasks.py

help:  ## list the targets
	@echo "Rootline: make <target>"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

setup:  ## find or get CPython 3.10, create .venv, install the locked packages
	$(TASK) setup $(if $(EXTRAS),--extras $(EXTRAS))

run:  ## train if something changed, then serve the chat on http://localhost:5005
	$(TASK) run $(ARGS)

chat:  ## talk to the bot in this terminal
	$(TASK) chat $(ARGS)

check:  ## check the clinical knowledge, all problems at once
	$(TASK) check $(ARGS)

train:  ## train the Rasa model if something changed (ARGS=--force: in any case)
	$(TASK) train $(ARGS)

test:  ## set-up, lint, types, tests, browser tests, the core on Python 3.12 or newer
	$(TASK) test $(ARGS)

lint:  ## ruff, and do the locks belong to the requirements
	$(TASK) lint $(ARGS)

types:  ## mypy; strict in the core
	$(TASK) types $(ARGS)

format:  ## let ruff sort imports and lay out the code
	$(TASK) format $(ARGS)

lock:  ## write requirements/*.lock anew (ARGS=--upgrade: newest versions)
	$(TASK) lock $(ARGS)

evaluate:  ## measure understanding and triage on the test sets
	$(TASK) evaluate $(ARGS)

bench:  ## measure start, turns and memory
	$(TASK) bench $(ARGS)

train-encoder:  ## fine-tune the sentence encoder of the second look
	$(TASK) train-encoder $(ARGS)

clean:  ## remove caches and trained models, never var/ (ALL=1: also the environments)
	$(TASK) clean $(if $(ALL),--all)
