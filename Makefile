# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
OUT ?= demo-reports

.PHONY: help demo test lint bench matrix oracle examples browser clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

.venv/.browser: .venv/.ready
	$(BIN)/python -m checker.gather.install
	touch $@

browser: .venv/.browser

demo: .venv/.browser ## review the two sample portals, a good one and a careless one
	$(BIN)/orcid-review demo --out $(OUT)

test: .venv/.browser lint ## lint, types, import directions, and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: .venv/.ready ## ruff, mypy --strict, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.browser ## how long a review takes, beside a bare script that visits the same pages
	$(BIN)/python -m benchmarks

matrix: .venv/.browser ## every rule against an example that passes and one that fails it
	$(BIN)/python -m tests.matrix

oracle: .venv/.ready ## the schema layer beside ORCID's own XML schemas, on thousands of documents
	$(BIN)/python -m tests.oracle

examples: .venv/.browser ## review the two real integrations
	$(MAKE) -C examples all

clean: ## remove what the other targets made
	rm -rf .venv $(OUT) review .pytest_cache .mypy_cache .ruff_cache
