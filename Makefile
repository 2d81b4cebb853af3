# One word for each thing that is done here; what it does stands in scripts/.
.PHONY: help run test soak fuzz bench accuracy docs console

help:
	@echo "make run    build, start a node, scan a sample folder, and show where its page is"
	@echo "make test   all that CI checks: format, clippy, dependencies, tests, doc tests"
	@echo "make soak   a cluster under faults and simulated ones, for hours; SEEDS (1 2 3) and SIMULATED (10000)"
	@echo "make fuzz   fuzz every parser, SECONDS (60) each, from the fixtures on"
	@echo "make bench  the benchmarks"
	@echo "make accuracy  judge the engine by labelled sets, and write docs/accuracy.md"
	@echo "make docs   write the tables of docs/ that are made from the code anew"
	@echo "make console  make the console anew: its client, and what is built of it"

run:
	@scripts/run

test:
	@scripts/test

soak:
	@scripts/soak

fuzz:
	@scripts/fuzz

bench:
	@scripts/bench

accuracy:
	@scripts/accuracy

docs:
	@scripts/docs

console:
	@scripts/console --write
