# Interleave. `make` alone tells what there is to make.
#
# PYTHON=python3.13   the interpreter of the environment, when it is made
# ONCE=1              make demo ends after its table
# ARGS="-k race -x"   for pytest, or for whatever else takes them

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo up test check bench bench-corpus format prepare docs lock clean

# Programs of the environment come first, its redis-server among them.
RUN := PATH="$(CURDIR)/.venv/bin:$$PATH"

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv ## start everything here, hand in four submissions, show their verdicts; ONCE=1 ends after that
	@$(RUN) interleave up --demo $(if $(ONCE),--once)

up: .venv ## start the embedded service: SQLite, a private Redis, one worker
	@$(RUN) interleave up

test: check prepare ## prepare the machine, check, then run every test; ARGS are pytest's
	@$(RUN) pytest $(ARGS)

check: dev ## lint, format, types and the direction of imports
	@scripts/check

bench: dev ## measure what a verdict costs here, beside the bare program; ARGS=--quick for a first look
	@$(RUN) python -m scripts.bench $(ARGS)

bench-corpus: dev ## grade tests/corpus and compare with its manifest; ARGS="--full --only bank/", or --help
	@$(RUN) python -m scripts.bench_corpus $(ARGS)

prepare: dev ## install and build what the tests need, or list what is missing
	@scripts/prepare-tests

format: dev ## format the code and mend what ruff can mend
	@$(RUN) ruff format . && $(RUN) ruff check --fix .

docs: dev ## write docs/settings.md from the table of settings
	@$(RUN) python -m scripts.docs

lock: ## resolve the dependencies anew, with hashes; ARGS=--upgrade takes the newest
	@scripts/lock $(ARGS)

clean: ## remove the environment and all caches; your data in var/ stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: .venv dev
.venv:
	@PYTHON="$(PYTHON)" scripts/bootstrap
dev:
	@PYTHON="$(PYTHON)" scripts/bootstrap --dev
