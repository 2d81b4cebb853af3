#!/usr/bin/env python3
"""Holds the checks of detect/src/check against python-stdnum; `scripts/validators` runs it.

Which check is held against which module, and in what shapes numbers are made up, stands in
validators.toml, and so do the disagreements that are known, with who is right. Whatever is not on
that list fails.

In a shape, 9 is a digit, A a letter, * either, [..] one of those signs, {yymmdd} and its like a day
between 1870 and 2019, and all else itself.
"""

import argparse
import ast
import collections
import datetime
import doctest
import importlib
import multiprocessing
import pathlib
import random
import re
import subprocess
import sys
import tomllib

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# A check of which hardly any number passes is not tried by what is made up.
FEWEST_VALID = 20
FIRST_DAY = datetime.date(1870, 1, 1)
DAYS = (datetime.date(2019, 12, 31) - FIRST_DAY).days
# What a shape is made of.
STEP = re.compile(r"\[[^]]+\]|\{\w+\}|.")
SHOWN = 6


class Day(datetime.date):
    """A day that is late enough for the checks, which have no clock, and stdnum to agree on births."""

    @classmethod
    def today(cls):
        return cls(2035, 12, 31)


class Verdict:
    """What stdnum says of a number."""

    def __init__(self, entry):
        self.module = importlib.import_module("stdnum." + entry["module"])
        self.options = entry.get("options", {})

    def of(self, number):
        try:
            self.module.validate(number, **self.options)
        except Exception:
            # Its own refusals, and what it stumbles over.
            return False
        return True

    def compact(self, number):
        """The number without what stdnum takes for separators."""
        try:
            return self.module.compact(number)
        except Exception:
            return number


def documented(entry, doctests):
    """The numbers in the examples of a module, right and wrong."""
    found = []
    name = entry["module"].replace("in_.", "in.").replace("is_.", "is.").replace(".", "_")
    texts = [importlib.import_module("stdnum." + entry["module"]).__doc__ or ""]
    for path in (doctests / f"test_{name}.doctest", doctests / f"test_{name.replace('_cf', '_cui')}.doctest"):
        if path.exists() and path.read_text() not in texts:
            texts.append(path.read_text())
    for text in texts:
        for example in doctest.DocTestParser().get_examples(text):
            try:
                tree = ast.parse(example.source)
            except SyntaxError:
                continue
            for node in ast.walk(tree):
                if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                    continue
                found += [line.strip() for line in node.value.split("\n") if line.strip()]
    return list(dict.fromkeys(found))


def made_up(rng, shape):
    """A number of a shape."""
    parts = []
    for step in STEP.findall(shape):
        if step == "9":
            parts.append(rng.choice(DIGITS))
        elif step == "A":
            parts.append(rng.choice(LETTERS))
        elif step == "*":
            parts.append(rng.choice(DIGITS + LETTERS))
        elif step[0] == "[":
            parts.append(rng.choice(step[1:-1]))
        elif step[0] == "{":
            day = FIRST_DAY + datetime.timedelta(rng.randrange(DAYS))
            form = step[1:-1].replace("yyyy", "%Y").replace("yy", "%y")
            parts.append(day.strftime(form.replace("mm", "%m").replace("dd", "%d")))
        else:
            parts.append(step)
    return "".join(parts)


def changed(rng, number):
    """A number with a sign changed, two neighbours swapped, or one sign more or less."""
    at = rng.randrange(len(number))
    kind = rng.randrange(10)
    if kind < 6:
        if number[at] in DIGITS:
            sign = rng.choice(DIGITS)
        elif number[at].upper() in LETTERS:
            sign = rng.choice(LETTERS)
        else:
            return number
        return number[:at] + sign + number[at + 1 :]
    if kind < 9:
        if not number[at : at + 2].isalnum():
            return number
        return number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
    return number[:at] + number[at + 1 :] if rng.randrange(2) else number[:at] + number[at] + number[at:]


def numbers_of(entry, seed, count, doctests):
    """All that one check is asked: what is documented, made up, and changed of what is valid."""
    rng = random.Random(f"{seed} {entry['name']}")
    verdict = Verdict(entry)
    written = documented(entry, doctests)
    judged = {number: verdict.of(number) for number in written}
    good = [verdict.compact(number) for number in written if judged[number]]
    judged |= {number: verdict.of(number) for number in good}
    shapes = entry["shapes"]
    for turn in range(count):
        if good and turn % 3 == 0:
            number = changed(rng, rng.choice(good))
        else:
            number = made_up(rng, rng.choice(shapes))
        if number in judged or not number:
            continue
        judged[number] = verdict.of(number)
        if judged[number]:
            good.append(number)
    # Who separates otherwise is no worse: the number itself is what counts.
    compact = {number: verdict.compact(number) for number in written}
    return judged, written, compact


def held(job):
    """The disagreements of one check."""
    entry, seed, count, doctests, binary = job
    datetime.date = Day
    judged, written, compact = numbers_of(entry, seed, count, doctests)
    lines = "".join(f"{entry['name']}\t{number}\n" for number in judged)
    answer = subprocess.run([binary], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    ours = [line == b"1" for line in answer.stdout.splitlines()]
    if len(ours) != len(judged):
        raise SystemExit(f"{entry['name']}: {len(judged)} numbers, {len(ours)} verdicts")
    verdicts = dict(zip(judged, ours))
    differing = [
        (number, mine)
        for number, mine in verdicts.items()
        if mine != judged[number]
        and verdicts.get(compact.get(number)) != judged[number]
    ]
    return entry, len(written), len(judged), sum(judged.values()), differing


def is_known(known, number, mine):
    """The entry of the list that tells of a disagreement."""
    compact = re.sub(r"[ \-./+\t]", "", number).upper()
    for entry in known:
        if entry["ours"] == ("takes" if mine else "refuses") and (
            re.search(entry["values"], number) or re.search(entry["values"], compact)
        ):
            return entry
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--numbers", type=int, default=20_000, help="of each check")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--doctests", required=True, type=pathlib.Path)
    arguments.add_argument("checks", nargs="*")
    options = arguments.parse_args()
    data = tomllib.loads(pathlib.Path(__file__).with_suffix(".toml").read_text())
    known = collections.defaultdict(list)
    for entry in data["disagreement"]:
        for check in entry["checks"]:
            known[check].append(entry)
    entries = [e for e in data["check"] if not options.checks or e["name"] in options.checks]
    jobs = [(e, options.seed, options.numbers, options.doctests, options.binary) for e in entries]
    asked, failed, seen = 0, [], set()
    with multiprocessing.Pool() as pool:
        for entry, written, all_of, valid, differing in pool.imap(held, jobs):
            asked += all_of
            unknown = []
            for number, mine in differing:
                found = is_known(known[entry["name"]], number, mine)
                if found is None:
                    unknown.append((number, mine))
                else:
                    seen.add((entry["name"], found["values"]))
            few = valid < entry.get("fewest_valid", FEWEST_VALID)
            print(
                f"{entry['name']:24} {entry['module']:24} {written:5} documented {all_of:8} asked"
                f" {valid:8} valid {len(differing) - len(unknown):6} known to differ",
                f"  FEW VALID" if few else "",
            )
            if unknown or few:
                failed.append(entry["name"])
            for number, mine in unknown[:SHOWN]:
                print(f"    {number!r}: ours {'takes' if mine else 'refuses'} it, stdnum does not agree")
            if len(unknown) > SHOWN:
                print(f"    and {len(unknown) - SHOWN} more")
    print(f"\n{len(entries)} checks, {asked} numbers")
    for check, entry_list in sorted(known.items()):
        for entry in entry_list:
            if not options.checks and (check, entry["values"]) not in seen:
                print(f"not met this time: {check} {entry['ours']} {entry['values']}")
    if failed:
        sys.exit("FAILED: " + " ".join(failed))
    print("ok")


if __name__ == "__main__":
    main()
