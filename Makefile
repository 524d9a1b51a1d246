# Two commands do all the set-up on a machine with Python 3.11+ and make:  make demo   make test

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
LOCALE := afc/locale

.PHONY: demo test lint format bench crash powerloss mutants fuzz vectors goldens docs fraud messages clean

demo: $(VENV)/.installed          ## one full Ulaanbaatar weekday, from taps to statements
	$(BIN)/afc demo ulaanbaatar

test: $(VENV)/.installed-dev lint ## everything that must hold
	$(BIN)/pytest -n $${AFC_TEST_WORKERS:-2}

lint: $(VENV)/.installed-dev      ## style, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev    ## put the source into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed         ## rates and ratios on this machine
	$(BIN)/afc bench line

crash: $(VENV)/.installed-dev     ## kill clearing house, reader and close some hundred times each, and let every statement fail
	AFC_KILLS=$${AFC_KILLS:-400} $(BIN)/pytest -s tests/crash/test_crash.py tests/crash/test_faults.py tests/crash/test_closing.py

powerloss: $(VENV)/.installed-dev ## cut the power thousands of times under a recorded house and reader (needs strace)
	AFC_IMAGES=$${AFC_IMAGES:-2000} $(BIN)/pytest -s tests/crash/test_power.py

mutants: $(VENV)/.installed-dev   ## make the code that decides over money worse, one line at a time; about an hour, and it goes on where it was
	PYTHONPATH=.:tests $(BIN)/python tests/mutants/explore.py

fuzz: $(VENV)/.installed-dev      ## look for bytes that break a reader of bytes, with coverage as the guide
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	$(BIN)/python tests/fuzz/explore.py --seconds $${AFC_FUZZ_S:-120}

vectors: $(VENV)/.installed-dev   ## write the byte vectors of tests/vectors again
	$(BIN)/python tests/vectors/make.py

goldens: $(VENV)/.installed-dev   ## accept what the commands print now as what they should print
	AFC_GOLDENS=write $(BIN)/pytest tests/goldens tests/test_readme.py

docs: $(VENV)/.installed-dev      ## write the pages of docs/ that follow from the code
	$(BIN)/python docs/make.py

fraud: $(VENV)/.installed-dev     ## inject every kind of fault and write down what is found of it; some minutes
	$(BIN)/python docs/fraud_page.py

messages: $(VENV)/.installed-dev  ## take up new sentences for riders, and compile what is translated
	$(BIN)/pybabel -q extract -F pyproject.toml --no-default-keywords -k said -k plural:1,2 --no-wrap --sort-by-file \
	  --add-location=file --omit-header -o $(LOCALE)/afc.pot afc
	$(BIN)/pybabel -q update -D afc -i $(LOCALE)/afc.pot -d $(LOCALE) --no-wrap --no-fuzzy-matching --ignore-obsolete \
	  --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -D afc -d $(LOCALE)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	$(BIN)/afc doctor
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

clean:                            ## the virtual environment and all caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
