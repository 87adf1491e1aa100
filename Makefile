# Every target bootstraps itself: Python 3.11+ and make are all that has to be there.
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format docs translations addon clean

SUPPORTED = import sys; sys.exit(sys.version_info < (3, 11))
# The first Python that is new enough; looked for only when it is needed.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin

help: ## show this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 19

setup: .venv/.ready ## create .venv with everything in it (instant when nothing changed)

.venv/.ready: scripts/setup.py constraints.txt pyproject.toml server/pyproject.toml $(wildcard plugins/*/pyproject.toml)
	@$(or $(PYTHON),echo "Silo needs Python 3.11 or newer; install it (Debian: apt-get install python3) and run make again." >&2; exit 1;) scripts/setup.py
	@touch $@

demo: setup ## play two workstations editing one real part; then, where there is a display, in windows
	@$(BIN)/silo demo

# Several at once: most of them wait for a server or a window rather than compute.
test: setup ## run the tests
	@$(BIN)/python -m pytest -n 4 --dist loadfile

lint: setup ## check style, types and import rings
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup ## format the code and apply the safe fixes
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: setup ## write the hook reference anew, from the hooks
	@$(BIN)/python scripts/hook_reference.py

# LANGUAGES=fr begins another one.
translations: setup ## collect the texts for translators, and compile what they translated
	@$(BIN)/python scripts/translations.py $(LANGUAGES)

addon: setup ## build the FreeCAD add-on into dist: a folder and a zip
	@$(BIN)/python scripts/addon.py

clean: ## remove .venv and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
