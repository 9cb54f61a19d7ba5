# make run    set everything up and start the assistant with the demo branch
# make test   set everything up and run the tests
# make help   all targets
.DEFAULT_GOAL := help
.PHONY: help setup run test check lint types front lock bench bench-stock bench-nlu bench-nlu-stock bench-queue bench-hall clean

PYTHON3 ?= python3
BIN := .venv/bin

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 17

setup: ## the environment in .venv (uv, Python 3.10, locked packages)
	@$(PYTHON3) tools/bootstrap.py

run: setup ## set everything up and start the assistant; Ctrl-C stops it
	@$(BIN)/lobby up

test: setup front ## all tests; those that need Chromium or PostgreSQL skip, and say so, where it is missing
	@$(BIN)/python -m pytest -q -rs
	@cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent

check: lint types ## linter and types of Python and of the pages, and Rasa's own check of its data
	@$(BIN)/python -m rasa data validate --data data/nlu data/rules data/stories
	@cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm run check

lint: setup ## ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## mypy
	@$(BIN)/mypy

front: setup ## build the pages, unless they are
	@$(BIN)/lobby build

lock: setup ## resolve pyproject.toml anew into requirements.lock
	@uv pip compile --universal --python-version 3.10 pyproject.toml --extra dev --extra front \
		--generate-hashes --no-emit-index-url --quiet -o requirements.lock

bench: setup ## speed, memory and load of this checkout
	@$(BIN)/python -m bench.turns

bench-stock: setup ## the same turns against stock Rasa (DIET, TED) in the same run
	@$(BIN)/python -m bench.turns --stock

bench-nlu: setup ## understanding: accuracy, speed and memory on the present data, and BANKING77 where it is
	@$(BIN)/python -m bench.nlu

bench-nlu-stock: setup ## the same lines against stock Rasa (DIET, 100 epochs) in the same run; takes hours
	@$(BIN)/python -m bench.nlu --stock

bench-queue: setup ## the wait estimate in simulated halls, with a plot
	@$(BIN)/python -m bench.queue

bench-hall: setup ## from "next" to board, page and chat with 500 sockets open
	@$(BIN)/python -m bench.hall_sockets

clean: ## remove what was made: environment, pages, model, data of the demo
	rm -rf .venv .tools var models frontend/node_modules frontend/dist frontend/openapi.json
