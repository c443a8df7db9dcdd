# The commands of this project. `make help` lists them; what they do is in scripts/.
# PYTHON=python3.12 picks the interpreter of a new .venv. ARGS="..." goes to the command.
SHELL := bash
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint docs bench evaluate soak lock image clean

help: ## This list
	@echo "usage: make TARGET [ARGS=...] [PYTHON=...]"
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' Makefile

setup: ## Make .venv with everything in it (quick when nothing changed)
	@scripts/setup

demo: setup ## See a message held and sent at its lift, on this machine; ARGS=--slack: in Slack
	@scripts/demo $(ARGS)

test: ## Everything that must hold: style, types, layers, tests (sets itself up)
	@scripts/test $(ARGS)

lint: setup ## Style, types and layers only
	@scripts/lint

docs: setup ## Check the documentation and build its traceability page
	@scripts/docs

bench: setup ## Measure speed
	@scripts/bench $(ARGS)

evaluate: setup ## Measure what the shipped rules catch, miss and wrongly hold
	@scripts/evaluate $(ARGS)

soak: setup ## The long runs
	@scripts/soak $(ARGS)

lock: ## Write requirements/*.lock anew (ARGS=--upgrade moves versions)
	@scripts/lock $(ARGS)

image: setup ## Run the Dockerfile's steps without a container engine
	@scripts/prove-dockerfile

clean: ## Remove what these commands made
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find leakguard tests -name __pycache__ -type d -prune -exec rm -rf {} +
