# One word for each thing that is done here; what it does stands in scripts/.
.PHONY: help run test bench docs

help:
	@echo "make run    build, scan a sample folder, show findings, coverage and one explanation"
	@echo "make test   all that CI checks: format, clippy, dependencies, tests, doc tests"
	@echo "make bench  the benchmarks"
	@echo "make docs   write the tables of docs/ that are made from the code anew"

run:
	@scripts/run

test:
	@scripts/test

bench:
	@scripts/bench

docs:
	@scripts/docs
