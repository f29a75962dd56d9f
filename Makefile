# The whole developer interface. `make run` and `make test` do all their own set-up.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PO := $(wildcard bot/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
WORKERS ?= 2

.PHONY: install run test check soak bench lock catalogues clean

run: .venv/run.stamp $(MO)  ## the sandbox with a chat prompt, or the bot where Azure settings are present
	@$(BIN)/python -m bot run

install: .venv/run.stamp $(MO)  ## all that the bot needs, with nothing started

test: .venv/dev.stamp $(MO)
	$(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal --cov --cov-report= -m "not soak"
	$(BIN)/python -m tests.coverage_floor

check: .venv/dev.stamp $(MO)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: .venv/dev.stamp $(MO)  ## the long forms of kill, chaos and property tests
	$(BIN)/python -m pytest -m soak -s

bench: .venv/dev.stamp $(MO)  ## ratios, side by side in one run
	$(BIN)/python -m benchmarks

lock: .venv/dev.stamp  ## new versions into the two hashed locks
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q requirements-dev.in -o requirements-dev.txt

catalogues: .venv/dev.stamp  ## new texts from the code into the two catalogues
	$(BIN)/python -m bot.locale.extract

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Saldo needs Python 3.11 or newer on the PATH."; exit 1; }
	@echo "Setting up .venv, once ..."
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what Saldo runs on ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing what the checks and tests need ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run.stamp

%.mo: %.po | .venv/run.stamp
	@$(BIN)/pybabel -q compile -i $< -o $@

clean:
	rm -rf .venv build .coverage* .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name '*.mo' -not -path './.venv/*' -delete
