# One word for each thing that is done here; what it does stands in scripts/.
.PHONY: help run test bench docs

help:
	@echo "make run    build, scan a sample folder, show findings, coverage and one explanation"
	@echo "make test   all that CI checks: format, clippy, dependencies, tests, doc tests"
	@echo "make bench  the benchmarks"
	@echo "make docs   write docs/configuration.md and docs/types.md anew from the code"

run:
	@scripts/run

test:
	@scripts/test

bench:
	@scripts/bench

docs:
	@scripts/docs
