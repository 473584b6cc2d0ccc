# Seragam: `make` shows this help, `make run` starts the portal, `make test` proves it.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-sqlite test-postgresql test-browser lint fix sure bench screenshots messages lock clean
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PO := $(wildcard app/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
PYTEST := $(BIN)/python -m pytest
TESTS := tests --ignore=tests/browser

##@ Use it
help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run $(MO) ## Start the portal on http://127.0.0.1:8000 (PORT, DATABASE_URL are honoured)
	@exec $(BIN)/flask --app wsgi up

##@ Prove it
test: test-sqlite test-postgresql test-browser ## Run all tests: on SQLite, on PostgreSQL, in Chromium

test-sqlite: setup ## Run the tests on SQLite
	$(PYTEST) $(TESTS) -n auto

test-postgresql: setup ## Run the tests on PostgreSQL (from the wheel, or TEST_DATABASE_URL)
	$(PYTEST) $(TESTS) -n auto --database=postgresql

test-browser: setup ## Run the tests in Chromium (BROWSER=required fails when there is none)
	@bin/ensure-browser; status=$$?; \
	if [ $$status -eq 0 ]; then $(PYTEST) tests/browser -p no:randomly; \
	elif [ $$status -eq 3 ]; then exit 0; else exit $$status; fi

lint: setup ## Check style, types, contracts, templates and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet app/templates
	$(BIN)/codespell

fix: setup ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sure: lint test ## Do all that CI does

bench: setup ## Measure speed and print ratios (docs/performance.md)
	$(BIN)/python -m bench

screenshots: setup ## Draw docs/screenshots anew
	@bin/ensure-browser && $(BIN)/python -m tests.browser.screenshots

##@ Tend it
setup: $(VENV)/.dev $(MO) ## Make the environment in .venv (quick when nothing changed)

messages: setup ## Collect the sentences of the portal into the catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k lazy --no-location --sort-output --omit-header -o app/translations/messages.pot .
	$(BIN)/pybabel -q update -i app/translations/messages.pot -d app/translations --no-fuzzy-matching --omit-header

lock: ## Compile requirements/*.in into lock files with hashes
	@test -x .tools/bin/uv || { $(PYTHON) -m venv .tools && .tools/bin/pip install -q --disable-pip-version-check uv; }
	cd requirements && for name in run dev; do \
	  ../.tools/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $$name.in -o $$name.txt; done

clean: ## Remove the environment and all caches (never the database)
	rm -rf $(VENV) .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov $(MO)

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: PYTHON=python3.11 make setup"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# --no-deps: the locks name everything, and older pips look past them at what was released since ("coverage[toml]")
$(VENV)/.run: requirements/run.txt | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/run.txt | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@ $(VENV)/.run

%.mo: %.po | $(VENV)/.run
	@$(BIN)/python -m babel.messages.frontend -q compile -i $< -o $@
