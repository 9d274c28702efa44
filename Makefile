# The everyday verbs. Each sets .venv up first if need be; that takes Python 3.11+ and nothing else.

BIN := .venv/bin
OUT ?= demo
PYTHON ?=

# With more threads than free cores, OpenMP's spinning makes torch ten times slower.
export OMP_WAIT_POLICY ?= PASSIVE
export HF_HUB_OFFLINE ?= 1
unexport PYTHONDONTWRITEBYTECODE

# Tests run beside each other, those that measure after them alone.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest
BESIDE = -n $(WORKERS) --dist loadscope --no-loadscope-reorder

ifdef SLOW
MARKS := not gpu
else
MARKS := not gpu and not slow
endif

.PHONY: help demo test check bench clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/'

demo: .venv/.installed ## the whole thing on a film made on the spot; results in demo/
	@$(BIN)/v2a demo -o "$(OUT)"

test: .venv/.installed ## the fast tests; with SLOW=1 all that need no GPU
	@$(PYTEST) -m "$(MARKS) and not alone" $(BESIDE) $(ARGS); first=$$?; \
	case $$first in 0|5) ;; *) exit $$first ;; esac; \
	$(PYTEST) -m "$(MARKS) and alone" $(ARGS); second=$$?; \
	case $$second in 5) exit $$first ;; *) exit $$second ;; esac # 5: ARGS chose no such test

check: .venv/.installed ## linters, types and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/buf lint protos

bench: .venv/.installed ## the numbers of tests/bench, as Markdown
	@$(BIN)/python -m tests.bench $(ARGS)

clean: ## removes .venv, caches and the demo
	rm -rf .venv "$(OUT)" build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: pyproject.toml constraints.txt scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup
