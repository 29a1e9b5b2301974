# Two commands: `make serve` shows the reference case, `make test` passes all tests.
# VENV and DATASETTE choose another environment, as .ci/run does for both lines of Datasette.

PYTHON ?= python3
VENV ?= .venv
DATASETTE ?= datasette>=0.65.5
PORT ?= 8001
BIN := $(VENV)/bin
# Setuptools warns of every editable installation; nothing in it is for the reader of this output.
PIP = PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check
READY := $(VENV)/.ready
TESTED := $(VENV)/.ready-test
# Datasette 1.0 reads one part of metadata.yml as metadata (-m) and another as configuration (-c); 0.65 only knows -m.
METADATA = $$($(BIN)/datasette serve --help | grep -q -- '-c, --config FILE' && echo '-m metadata.yml -c metadata.yml' || echo '-m metadata.yml')

.PHONY: serve test check fuzz coverage bench floors tested-floors lock lock-line clean

serve: $(READY)
	@$(BIN)/datasette claims load claims.db data/
	@echo
	@echo "The start page: http://127.0.0.1:$(PORT)/claims/-/claims"
	@echo
	@$(BIN)/datasette serve claims.db $(METADATA) --setting suggest_facets off -h 127.0.0.1 -p $(PORT)

test: $(TESTED)
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(TESTED)
	$(PIP) '$(DATASETTE)' -e '.[test,dev]'
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit -q -c bandit.yml -r datasette_claims

# All tests with every line counted; fails below what setup.cfg asks for, whatever the tests themselves say.
coverage: $(TESTED)
	$(PIP) '$(DATASETTE)' -e '.[test,coverage]'
	-$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder --cov --cov-config=setup.cfg --cov-report= --cov-fail-under=0 $(ARGS)
	$(BIN)/python -m coverage report --rcfile=setup.cfg

# Hostile inputs for every reader of what comes from outside: make fuzz TARGET="page forms" FUZZ_SECONDS=600
FUZZ_SECONDS ?= 60
fuzz: $(TESTED)
	$(BIN)/python tests/fuzz/run.py --seconds $(FUZZ_SECONDS) $(TARGET)

# The figures of the documentation on generated data: about ten minutes; PROFILE=million takes half an hour, full hours.
PROFILE ?= quick
bench: $(TESTED)
	$(PIP) '$(DATASETTE)' -e '.[test,bench]'
	$(BIN)/python bench/run.py --profile $(PROFILE) $(ARGS)

# The tests that need no browser, with the lowest version of everything that the plugin needs. Some of these have wheels
# for Python up to 3.11 alone.
floors:
	$(MAKE) .venv-floors/.made VENV=.venv-floors
	$(MAKE) tested-floors VENV=.venv-floors

tested-floors:
	$(PIP) packaging
	$(BIN)/python .ci/floors.py > $(VENV)/floors.txt
	env -u PIP_CONSTRAINT $(PIP) -c $(VENV)/floors.txt -e '.[test]'
	env -u CLAIMS_NO_SKIP $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder --ignore-glob='tests/*browser*' $(ARGS)

# The versions that CI installs, one file a line of Datasette: in new environments, what pip finds today. Review the
# difference, run .ci/run, commit.
lock:
	$(MAKE) lock-line VENV=.venv-lock-0.65 LINE=0.65 DATASETTE='datasette==0.65.5'
	$(MAKE) lock-line VENV=.venv-lock-1.0 LINE=1.0 DATASETTE='datasette>=1.0a41'

lock-line:
	rm -rf $(VENV)
	env -u PIP_CONSTRAINT $(MAKE) $(VENV)/.ready-test VENV=$(VENV) DATASETTE='$(DATASETTE)'
	env -u PIP_CONSTRAINT $(PIP) '$(DATASETTE)' -e '.[test,dev,bench]'
	@{ echo "# Datasette $(LINE): the versions with which CI installs. Made by: make lock"; \
	   $(BIN)/python -c 'import sys; print("# Python %d.%d" % sys.version_info[:2])'; \
	   $(BIN)/python -m pip freeze --exclude-editable --disable-pip-version-check; } > .ci/constraints-$(LINE).txt
	rm -rf $(VENV)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "datasette-claims needs Python 3.10 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	@touch $@

$(READY): $(VENV)/.made setup.cfg pyproject.toml
	$(PIP) '$(DATASETTE)' -e .
	@touch $@

$(TESTED): $(READY)
	$(PIP) '$(DATASETTE)' -e '.[test]'
	@touch $@

clean:
	rm -rf .venv .venv-* claims.db claims.db-wal claims.db-shm build dist *.egg-info
