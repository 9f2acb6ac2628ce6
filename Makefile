# Short names for tasks.py, which needs nothing but Python 3.11; PYTHON names the interpreter.
PYTHON ?= python3

.PHONY: demo check test format docs bench lab clean

demo check test format docs bench lab:
	$(PYTHON) tasks.py $@

clean:
	rm -rf .venv build dist
