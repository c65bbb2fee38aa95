# Two commands do everything: `make book` and `make test`. Each makes its own environment the first time.
PYTHON      ?= python3
VENV        ?= .venv
BOOK_VENV   ?= .venv-book
JOBS        ?= 2
ASSIGNMENT  ?= attention
# ONLY=04-backpropagation limits `notebooks` and `standard`, ONLY=attention limits `release`
ONLY        ?=
NEWEST      ?=
# More for `jupyter lab`, such as LAB_FLAGS="--no-browser --port 9000"
LAB_FLAGS   ?=

BIN       := $(VENV)/bin
BOOK_BIN  := $(BOOK_VENV)/bin
SITE      := _build/html
SETUP     := $(PYTHON) scripts/environment.py $(if $(NEWEST),--newest)
# One thread per process: several times faster for small networks, and reproducible.
RUN_ENV   := PATH="$(abspath $(BIN)):$$PATH" PYTHONPATH="$(CURDIR)" OMP_NUM_THREADS=1
# The Validate button of `make lab`; an installed wheel brings its own
VALIDATE  := $(CURDIR)/sidebyside/grading/validating/jupyter
PYTEST    := $(RUN_ENV) $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help book serve lab test lint test-unit test-notebooks test-grading test-graders test-stock test-nbgrader \
        test-site notebooks standard release grade demo benchmark lock clean env env-book gpu allow-sandbox report-newest

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ; @$(SETUP) test $(VENV)
env-book: ; @$(SETUP) book $(BOOK_VENV)

book: env-book ## build the book, say where it is, and end
	@$(BOOK_BIN)/python -m sidebyside.publishing build

serve: env-book ## the same with live reload, in the foreground
	@$(BOOK_BIN)/python -m sidebyside.publishing serve

lab: env ## JupyterLab on the chapters and exercises, in the foreground
	@$(RUN_ENV) JUPYTER_PATH="$(VALIDATE)" JUPYTER_CONFIG_PATH="$(VALIDATE)" $(BIN)/jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/exercises $(LAB_FLAGS)

test: lint test-unit test-notebooks test-grading test-graders test-site ## everything that CI runs

lint: env ## ruff on package, tests and notebooks
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

test-unit: env ## the package, the repository's files, the translation table
	$(PYTEST) -n $(JOBS) --dist loadfile tests/unit tests/repository

test-notebooks: env ## every chapter and solution, executed by nbval
	$(RUN_ENV) $(BIN)/python -m sidebyside.authoring.nbval --jobs $(JOBS)

test-grading: env ## the grader: its pieces, hostile submissions, kills at random moments
	$(PYTEST) -n $(JOBS) --dist loadfile tests/grading

test-graders: env ## the answer banks, graded by the grader
	$(PYTEST) tests/graders

test-stock: env ## the same banks, graded by stock nbgrader (slow: weekly), and where the two differ
	$(PYTEST) -n $(JOBS) tests/graders --grader stock

test-nbgrader: env ## nbgrader's own tests on the grader's warm kernels, and without them: no difference (slow: weekly)
	@$(RUN_ENV) $(BIN)/python scripts/nbgrader_suite.py

test-site: env book ## the built site, in a headless browser
	$(PYTEST) -n $(JOBS) tests/browser

gpu: env ## chapters and solutions on a GPU; fails where none is visible
	$(RUN_ENV) $(BIN)/python -m sidebyside.authoring.nbval --gpu

notebooks: env ## execute the chapters and store their outputs (ONLY=NN-name for one)
	@$(RUN_ENV) $(BIN)/python -m sidebyside.authoring.execute $(ONLY)

standard: env ## what a chapter lacks of the standard (ONLY=NN-name for one, with cell and text)
	@$(RUN_ENV) $(BIN)/python -m sidebyside.authoring.standard $(ONLY)

release: env ## regenerate exercises/ and solutions/ from source/ (ONLY=name for one)
	@$(RUN_ENV) $(BIN)/python -m sidebyside.authoring.release $(ONLY)

grade: env ## grade what is in submitted/ (ASSIGNMENT=name)
	@$(RUN_ENV) $(BIN)/sidebyside grade $(ASSIGNMENT)

demo: env ## a class of sixty, made, graded, with its report
	@$(RUN_ENV) $(BIN)/python scripts/demo.py

benchmark: env ## the grader beside stock nbgrader, on the same class (half an hour)
	@$(RUN_ENV) $(BIN)/python -m benchmarks.grading

# Called by the workflows: Ubuntu 24.04 keeps namespaces from ordinary users, and the sandbox is made of them.
allow-sandbox:
	@if [ -e /proc/sys/kernel/apparmor_restrict_unprivileged_userns ]; then \
	    sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; fi

report-newest: # called by the weekly workflow: one issue for a run that failed (RUN=address)
	@gh issue create --title "The newest versions break the tests" --body "$(RUN)"

lock: ## rewrite requirements.txt with the newest versions (on Linux, Python 3.11), to be tested
	@rm -rf .venv-lock && $(PYTHON) scripts/environment.py --newest test .venv-lock
	@.venv-lock/bin/python scripts/lock.py > requirements.txt.new && mv requirements.txt.new requirements.txt
	@rm -rf .venv-lock

clean: ## remove what the targets above built, environments excepted
	@rm -rf _build book/_generated .pytest_cache .ruff_cache
