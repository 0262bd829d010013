# `make` lists the targets. Those that need the environment in .venv make or repair it first.

PYTHON ?= python3
CDK := npx --yes aws-cdk@2.1148.1
RUN := .venv/bin/python -m

# Node majors whose end of life jsii would announce in eleven lines, on every run.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ?= 18,20,22,24

.DEFAULT_GOAL := help
.PHONY: help environment synth test test-cli judges lint format rules bench picture build clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' Makefile

environment: ## Make or repair .venv; quiet when there is nothing to do
	@$(PYTHON) .ci/environment.py

synth: ## Synthesize the sample app, guardrails on
	@$(CDK) synth --quiet

test: environment ## Run every test but those of the real CDK CLI and of the judges
	@$(RUN) pytest -m "not cli and not judges" -n auto

test-cli: environment ## Try every known way round the guardrails, through the real CDK CLI
	@$(RUN) pytest -m cli -n auto

judges: environment .judges/complete ## Let cfn-lint, cdk-nag, checkov and cfn-guard judge all we build
	@$(RUN) pytest -m judges

.judges/complete: tests/judges/requirements.txt tests/judges/alone.txt | environment
	@echo "Making the environment of the judges in .judges; the first time this takes a minute" >&2
	@rm -rf .judges
	@$(RUN) venv .judges
	@.judges/bin/pip --disable-pip-version-check install --quiet --no-compile --requirement tests/judges/requirements.txt
	@.judges/bin/pip --disable-pip-version-check install --quiet --no-compile --no-deps --target .judges/alone --requirement tests/judges/alone.txt
	@tar -xzf .judges/alone/cdklabs/cdk_validator_cfnguard/_jsii/*.tgz -C .judges package/bin package/rules
	@touch $@

lint: environment ## Check format, style and types
	@status=0; for check in "ruff format --check ." "ruff check ." mypy; do \
		$(RUN) $$check || status=1; \
	done; exit $$status

format: environment ## Format, and fix what can be fixed
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

rules: environment ## Write the page of the rules anew
	@$(RUN) secure_constructs rules --format page > secure_constructs/rules/README.md

bench: environment ## Measure what the constructs, the guardrails and the engine cost
	@set -e; for name in $(patsubst benchmarks/%.py,%,$(wildcard benchmarks/[a-z]*.py)); do \
		printf '\n== %s\n' $$name; \
		$(RUN) benchmarks.$$name; \
	done

picture: environment ## Make the pictures in the README anew, from the real output
	@.venv/bin/python .ci/picture.py

build: environment ## Build the wheel and the source archive into dist/
	@$(RUN) hatchling build

clean: ## Remove everything that is made, the environment too
	rm -rf .venv .judges .mypy_cache .pytest_cache .ruff_cache .hypothesis cdk.out dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
