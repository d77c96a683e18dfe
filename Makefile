# make report · make pdf · make publish · make wheel · make test · make lab · make mutate · make clean     (each sets up .venv by itself)
PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.ready
TO ?= dist/site
# Many containers forbid Python to keep what it has compiled; every kernel would compile its libraries anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report pdf publish wheel test lab check bench mutate clean

report: $(SETUP)
	$(BIN)/dewak run

pdf: report
	$(BIN)/dewak pdf

publish: report
	$(BIN)/dewak publish "$(TO)" $(if $(AT),--address "$(AT)")

wheel: report
	rm -rf dist/wheel
	$(BIN)/uv build --quiet --wheel --out-dir dist/wheel

test: $(SETUP)
	$(BIN)/pytest -n 2

lab: $(SETUP)
	$(BIN)/jupyter lab notebooks

check: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(SETUP)
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

# Changes the core in one small place at a time: does a test fail? A sample, with ALL=1 every change; ONLY="ladder" one group.
mutate: $(SETUP)
	test -d .mutation/cosmic_ray || $(BIN)/uv pip install --quiet --python $(BIN)/python --target .mutation --group mutation
	$(BIN)/python -m tests.mutation.mutate $(if $(ALL),--all) $(ONLY)

$(SETUP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python --editable .
	@touch $@

clean:
	rm -rf .venv data/processed/* book/_build reports .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .mutation
