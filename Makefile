# Daybook needs Python 3.11 or newer and nothing else. `make help` lists the commands.
MEMBERS := common products-service sales-service customers-service gateway cli
BIN := .venv/bin
# The first interpreter that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
EDITABLE := $(foreach member,$(MEMBERS),-e ./$(member))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help start test torture e2e mysql lint postman lock clean

help:  ## list the commands
	@sed -n 's/^\([a-z0-9]*\):.*## /make \1\t/p' Makefile

start: .venv/installed  ## serve the shop on the embedded database until Ctrl-C
	@$(BIN)/daybook start

test: .venv/developing  ## run the tests
	@$(BIN)/python -m pytest

torture: .venv/developing  ## thousands of requests and histories, and thirty kills on each engine
	@DAYBOOK_CASES=500 $(BIN)/python -m pytest --timeout 7200 \
		tests/robustness tests/cli/test_real_year.py
	@DAYBOOK_HISTORIES=500 DAYBOOK_KILLS=30 DAYBOOK_PROOF_SECONDS=3600 \
		.ci/proof sqlite postgresql mariadb mysql

e2e: .venv/developing  ## run the shop in containers, kill it, scale it (needs Docker)
	@$(BIN)/python -m pytest -n 0 tests/e2e

mysql: .venv/installed  ## add the driver of MySQL and MariaDB (needs a C compiler and libmariadb-dev)
	@$(PIP) install --require-hashes -r requirements/drivers.lock

lint: .venv/developing  ## style, types and architecture
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy && $(BIN)/mypy tools/postman
	@$(BIN)/lint-imports

postman: .venv/developing  ## write the Postman collection anew, after the API or an example changed
	@$(BIN)/python tools/postman/generate.py

lock:  ## write requirements/*.lock anew (needs uv)
	@requirements/compile

clean:  ## remove the environment; the shop in ./var stays
	rm -rf .venv

# Two calls: what comes from an index is hashed; the members, which cannot be, need no index.
define install
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Daybook needs Python 3.11 or newer; make start PYTHON=/path/to/python3 names one." >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@echo "Installing what $(1).lock names into .venv"
	@$(PIP) install --require-hashes -r requirements/$(1).lock
	@$(PIP) install --no-index --no-deps --no-build-isolation $(EDITABLE)
endef

.venv/installed: requirements/embedded.lock $(MEMBERS:%=%/pyproject.toml)
	$(call install,embedded)
	@touch $@

.venv/developing: requirements/dev.lock $(MEMBERS:%=%/pyproject.toml)
	$(call install,dev)
	@touch .venv/installed $@
