# Needs GNU make 3.81 or later and a POSIX shell. requirements/install.sh finds Python.

VENV = .venv
PYTHON ?=
RECOGNISER ?= ocr
PORT ?=
CARDS ?=
SCENARIO ?=
SEED ?=
INSTANCES ?=
QUICK ?=
ONLY ?=
ARGS ?=

python = "$(VENV)/bin/python"
# Run in emulator/, which is a project of its own.
emulator_python = "$$(cd "$(VENV)" && pwd)/bin/python"
in_parallel = --numprocesses auto --maxprocesses 4 --dist worksteal
install = @PYTHON="$(PYTHON)" sh requirements/install.sh "$(VENV)"

# The lock file for the recogniser: only `ocr` needs the engine.
lock_for_ocr = demo
lock_for_scripted = local
recogniser_lock = $(or $(lock_for_$(RECOGNISER)),\
    $(error RECOGNISER is "ocr" or "scripted", not "$(RECOGNISER)"))

scenarios = replay crash soak audit backfill burst
scenario = $(or $(filter $(SCENARIO),$(scenarios)),\
    $(error SCENARIO is one of: $(scenarios); not "$(SCENARIO)"))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo up package test test-emulator check test-browser test-deploy test-all sim sabotage mutants stress
.PHONY: bench lock clean

# -- use

help: ## list the targets
	@awk -F ':.*## ' '/^# -- / { print "\n" substr($$0, 6) } \
	    /^[a-z-]+:.*## / { \
	        purpose = options = $$2; sub(/ \(.*/, "", purpose); \
	        printf "  make %-13s %s\n", $$1, purpose; \
	        if (sub(/.* \(/, "", options)) printf "%21s%s\n", "", substr(options, 1, length(options) - 1) \
	    }' Makefile
	@echo
	@echo 'PYTHON=<interpreter> chooses the Python, VENV=<folder> where its packages go ($(VENV)).'

demo: ## upload the sample cards to a local cloud and show their JSON (CARDS=<folder> RECOGNISER=ocr|scripted)
	$(install) $(recogniser_lock)
	@$(python) -m local.demo --recogniser $(RECOGNISER) $(if $(CARDS),--cards "$(CARDS)")

up: ## keep the local cloud running (PORT=<number> RECOGNISER=ocr|scripted)
	$(install) $(recogniser_lock)
	@$(python) -m local.up --recogniser $(RECOGNISER) $(if $(PORT),--port $(PORT))

package: ## make a zip of each function, in .serverless/; needs Node.js (ARGS=<arguments for sls>)
	@sh requirements/node.sh
	@VENV="$(VENV)" PYTHON="$(PYTHON)" npx --no-install sls package $(ARGS)

# -- test

test: ## run the tests, except those that need the OCR engine, Node.js or a browser (ARGS=<arguments for pytest>)
	$(install) test
	@$(python) -m pytest -m 'not ocr and not node and not browser' $(in_parallel) $(ARGS)

test-emulator: ## run the tests of the emulator, except those that need Node.js or the registry (ARGS=<arguments for pytest>)
	$(install) test
	@python=$(emulator_python) && cd emulator && \
	    "$$python" -m pytest -m 'not node and not install' $(in_parallel) $(ARGS)

check: ## lint, format, types, and whether the generated documentation is fresh
	$(install) check
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@python=$(emulator_python) && cd emulator && "$$python" -m mypy --config-file ../pyproject.toml src tests
	@[ ! -e docs/generate.py ] || $(python) -m docs.generate --check

test-browser: ## run the tests of the pages in headless Chromium (ARGS=<arguments for pytest>)
	$(install) browser
	@$(python) -m pytest -m browser $(or $(ARGS),tests/browser)

test-deploy: ## run the tests of the deployment with the real `sls`, and more seeds; needs Node.js
	@sh requirements/node.sh
	$(install) test functions deploy
	@$(python) -m pytest -m 'node and not serverless3' $(in_parallel) $(ARGS)
	@python=$(emulator_python) && cd emulator && "$$python" -m pytest -m node
	@SEEDS=200 $(python) -m pytest $(in_parallel) tests/deploy/test_real_api.py

test-all: test test-emulator test-browser test-deploy ## run every test except the one that installs the emulator
	$(install) test demo
	@$(python) -m pytest -m 'ocr or serverless3'

# -- prove

sim: ## simulate histories when any call may fail (SEEDS=<number> SEED=<one to replay>)
	$(install) test
	@$(python) -m tests.simulation $(if $(SEED),--seed $(SEED),$(if $(SEEDS),--seeds $(SEEDS)))

sabotage: ## show that the simulation notices each of many deliberate bugs
	$(install) test
	@$(python) -m tests.simulation.sabotage

mutants: ## make small changes to the decisions in shared/pipeline and shared/card and see which the tests don't notice (ONLY="decide gate" ARGS=<arguments>)
	$(install) mutants
	@$(python) -m tests.mutants $(ONLY) $(ARGS)

stress: ## load and disturb the functions and check how every card ended (SCENARIO=replay|crash|soak|audit|backfill|burst SEED=<number> CARDS=<number> INSTANCES=<of submit, in a burst>)
	$(install) test
	@$(python) -m tests.load $(scenario) $(if $(SEED),--seed $(SEED)) $(if $(CARDS),--cards $(CARDS)) $(if $(INSTANCES),--instances $(INSTANCES))

bench: ## measure, and compare with what people would use instead (QUICK=1 ONLY="cold-import submit-cpu")
	$(install) test
	@$(python) -m bench $(if $(filter-out 0,$(QUICK)),--quick) $(ONLY)

# -- maintain

lock: ## write requirements/*.txt from *.in and measure them (ARGS=--upgrade for the newest versions)
	$(install) lock
	@sh requirements/lock.sh $(python) $(ARGS)

clean: ## remove what make has made
	[ ! -d "$(VENV)/.locks" ] || rm -rf "$(VENV)"
	rm -rf build node_modules .serverless
	for folder in . emulator; do (cd $$folder && rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis); done
	rm -rf emulator/build emulator/src/coslocal.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
