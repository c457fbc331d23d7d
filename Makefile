# What people type. `make run` and `make test` need nothing done before them.
SHELL := /bin/bash
PY := .venv/bin/python
OPLICH := .venv/bin/oplich
PORT ?= 8000
export PORT

.PHONY: run test bench lint lock install install-dev frontend messages system clean

run: install  ## install what is needed, migrate, load the demonstration response, serve it
	@$(OPLICH) setup --demo
	@$(OPLICH) serve

.venv/bin/python:
	python3 -m venv .venv
	.venv/bin/python -m pip install -q --disable-pip-version-check "uv==0.13.9" || true

# One stamp per lock, so that a second run costs nothing. uv is only faster: plain pip reads the same lock.
build/installed: requirements.txt pyproject.toml | .venv/bin/python
	@mkdir -p build
	@echo "Installing what Oplich needs (about half a minute) …"
	@if [ ! -f build/installed-dev ]; then $(PY) -m uv pip install -q --require-hashes -r requirements.txt 2>/dev/null || $(PY) -m pip install -q --require-hashes -r requirements.txt; fi
	@$(PY) -m uv pip install -q --no-deps --no-build-isolation -e . 2>/dev/null || $(PY) -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

build/installed-dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@mkdir -p build
	@echo "Installing what the tests need …"
	@$(PY) -m uv pip install -q --require-hashes -r requirements-dev.txt 2>/dev/null || $(PY) -m pip install -q --require-hashes -r requirements-dev.txt
	@$(PY) -m uv pip install -q --no-deps --no-build-isolation -e . 2>/dev/null || $(PY) -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@ build/installed

messages:  ## compile the translations (no gettext needed)
	@$(PY) scripts/compile_messages.py

frontend: build/frontend
build/frontend: package.json package-lock.json $(wildcard frontend/*)
	@scripts/build_frontend.sh
	@mkdir -p build && touch $@

install: build/installed messages frontend
install-dev: build/installed-dev messages frontend

test: install-dev  ## everything, on SQLite and PostgreSQL and in a real browser
	@scripts/test.sh

bench: install-dev  ## measure; never part of the tests
	@$(PY) -m bench

lint: install-dev
	@$(PY) -m ruff check src tests bench scripts
	@$(PY) -m ruff format --check src tests bench scripts
	@.venv/bin/lint-imports --no-cache
	@$(PY) -m mypy

lock: | .venv/bin/python  ## write the locks anew: hashes, and no host name
	@$(PY) -m uv pip compile --generate-hashes --no-header --no-annotate -q pyproject.toml -o requirements.txt
	@$(PY) -m uv pip compile --generate-hashes --no-header --no-annotate -q pyproject.toml --group dev -o requirements-dev.txt
	@! grep -n '://' requirements.txt requirements-dev.txt

system:  ## what needs apt: a browser and a PostgreSQL server for the tests
	@scripts/install_system.sh

clean:
	rm -rf build var .venv node_modules src/oplich/site/static/built
