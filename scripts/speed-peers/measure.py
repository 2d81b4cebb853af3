"""Measures the engine beside its peers, and prints tables of it; `scripts/speed` runs it.

All run on one core, in turns, in the same minutes. What counts is the time of the processor, which
other work on the machine lengthens least, and the best of some rounds. What a program takes of an
empty file or folder is its start-up: it is told apart, and taken off where speed is told, so that
none is judged by how it begins. Whole scans are told as they are, start-up and waiting included.
A peer that can't be had is named with the reason. No peer has a network while it runs.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PYTHON_PEERS = ("detect-secrets", "datafog", "presidio-analyzer")
NO_NETWORK = ["unshare", "--user", "--net", "--map-root-user"]
ONE_CORE, TWO_CORES = frozenset({0}), frozenset({0, 1})
# What hangs is ended, and told as failed.
RUN_SECONDS = 240
# By how much of itself a start-up may differ: less beyond it says little.
START_DIFFERS = 0.05
# Which files are taken of many, always the same.
SEED = 1
# Of slow peers a slice of the corpus has to do: so much, and of a file so much at most.
SLICE_BYTES, SLICE_FILE_BYTES = 1_000_000, 65_536
SIX_PATTERNS = (
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    r"\b\d{3}-\d{2}-\d{4}\b",
    r"\b(?:\d[ -]?){13,16}\b",
    r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b",
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    r"AKIA[0-9A-Z]{16}",
)
RIPGREP = ["rg", "--no-config", "-a", "-c", "-j1", "--no-unicode", *(f"-e{one}" for one in SIX_PATTERNS)]


class Failed(Exception):
    """A program that ended otherwise than it should, with the last that it said."""


@dataclasses.dataclass
class Run:
    """What a run of a program took, in seconds and at most in MiB, and what it said."""

    wall: float
    cpu: float
    memory: str
    said: str
    found: int = 0


@dataclasses.dataclass
class Corpus:
    """The same files three times: as a folder, as one file, and a slice of them as a folder."""

    name: str
    folder: pathlib.Path
    joined: pathlib.Path
    slice: pathlib.Path
    size: int


@dataclasses.dataclass
class Speed:
    """How fast a program was at a corpus, in its best round."""

    rate: float
    size: int
    memory: str
    note: str


def begin(command: "list[str]", cores: "frozenset[int]", said: pathlib.Path, env: "dict[str, str]") -> subprocess.Popen:
    """Starts a program on some cores; what it says, on both ways, goes into a file."""
    cores = cores & os.sched_getaffinity(0) or {min(os.sched_getaffinity(0))}
    with said.open("wb") as out:
        return subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **env},
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )


def end(child: subprocess.Popen, begun: float, said: pathlib.Path, fine: "tuple[int, ...]") -> Run:
    """Waits for a program, and tells what it took."""
    limit = threading.Timer(RUN_SECONDS, lambda: os.killpg(child.pid, signal.SIGKILL))
    limit.start()
    _, status, used = os.wait4(child.pid, 0)
    limit.cancel()
    wall = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    text = said.read_text(errors="replace")
    if child.returncode not in fine:
        last = (text.strip().splitlines() or ["it said nothing"])[-1]
        raise Failed(f"ended with {child.returncode}: {last}")
    # A program is born with what its parent holds, and less than that can't be told.
    born = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = f"{used.ru_maxrss / 1024:.0f}" if used.ru_maxrss > born + 1024 else f"under {born // 1024 + 2}"
    return Run(wall, used.ru_utime + used.ru_stime, memory, text)


class Bench:
    """Where the programs are, and what they have said of themselves."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.work = pathlib.Path(options.work)
        self.empty_file, self.empty_folder = self.work / "empty", self.work / "empty.d"
        self.empty_file.touch()
        self.empty_folder.mkdir()
        tried = shutil.which("unshare") and subprocess.run([*NO_NETWORK, "true"], capture_output=True)
        self.isolated = NO_NETWORK if tried and tried.returncode == 0 else []
        # Nothing is kept in the home of who runs this, and nothing is sent anywhere.
        cache = {"HOME": str(self.work / "home"), "KF_RULE_CACHE_DIR": str(self.work / "rules")}
        self.env = {**cache, "DO_NOT_TRACK": "1"}
        for folder in cache.values():
            pathlib.Path(folder).mkdir()

    def run(self, command: "list[str]", fine: "tuple[int, ...]" = (0,), cores: "frozenset[int]" = ONE_CORE) -> Run:
        said = self.work / "said"
        begun = time.monotonic()
        return end(begin(command, cores, said, self.env), begun, said, fine)

    def engine(self, file: pathlib.Path) -> Run:
        return self.run([self.options.speed, str(file)])

    def ripgrep(self, file: pathlib.Path) -> Run:
        # With 1 it says that nothing was found.
        return self.run([*RIPGREP, str(file)], fine=(0, 1))

    def kingfisher(self, target: pathlib.Path) -> Run:
        program = str(pathlib.Path(self.options.peers) / "bin" / "kingfisher")
        scan = ["scan", "-j", "1", "--no-validate", "--no-update-check", "--git-history", "none"]
        out = ["--format", "jsonl", "--output", str(self.work / "kingfisher.jsonl")]
        self.must_be_had("kingfisher-bin")
        # With 200 to 205 it says that something was found.
        run = self.run([*self.isolated, program, *scan, *out, str(target)], fine=(0, *range(200, 206)))
        run.found = int(re.findall(r'"findings":(\d+)', run.said)[-1])
        return run

    def python_peer(self, name: str, folder: pathlib.Path) -> "tuple[Run, dict]":
        self.must_be_had(name)
        program = str(pathlib.Path(self.options.peers) / "bin" / "python")
        command = [program, str(HERE / "peer.py"), name, str(self.options.seconds), str(folder)]
        run = self.run([*self.isolated, *command])
        return run, json.loads(run.said.strip().splitlines()[-1])

    def trawl_scan(self, folder: pathlib.Path, cores: "frozenset[int]" = ONE_CORE) -> Run:
        """A first scan, into a data directory that is new."""
        data, out = self.work / "data", self.work / "findings.jsonl"
        shutil.rmtree(data, ignore_errors=True)
        command = [self.options.trawl, "scan", str(folder), "--data", str(data), "--format", "jsonl", "--out", str(out)]
        run = self.run(command, cores=cores)
        with out.open("rb") as findings:
            run.found = sum(1 for _ in findings)
        return run

    def must_be_had(self, name: str) -> None:
        """What couldn't be installed has the reason beside the environment."""
        if not self.options.peers:
            raise Failed("not installed: its environment could not be made")
        reason = pathlib.Path(self.options.peers) / f"{name}.missing"
        if reason.exists():
            raise Failed(reason.read_text().strip())


def make_corpus(work: pathlib.Path, name: str, files: "list[pathlib.Path]", limit: int) -> Corpus:
    """Files drawn by a seed that come to so much, copied and joined; the first of them are the slice."""
    folder, joined, part = work / name, work / f"{name}.joined", work / f"{name}.slice"
    folder.mkdir()
    part.mkdir()
    drawn = sorted(files, key=os.fsencode)
    random.Random(SEED).shuffle(drawn)
    size, rest = 0, SLICE_BYTES
    with joined.open("wb") as whole:
        for at, file in enumerate(drawn):
            content = file.read_bytes()
            if size + len(content) > limit:
                break
            size += len(content)
            whole.write(content)
            copy = folder / f"{at // 1000:03}" / f"{at:06}-{file.name}"
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(content)
            if rest > 0:
                (part / copy.name).write_bytes(content[: min(rest, SLICE_FILE_BYTES)])
                rest -= min(len(content), SLICE_FILE_BYTES)
    return Corpus(name, folder, joined, part, size)


def files_below(*folders: pathlib.Path, ending: str = "") -> "list[pathlib.Path]":
    return [file for folder in folders for file in folder.rglob(f"*{ending}") if file.is_file()]


def corpora(options: argparse.Namespace, work: pathlib.Path) -> "list[Corpus]":
    """Files that were named, each alone; else the sources of crates, and logs and mail of the corpus."""
    if options.files:
        return [Corpus(file.name, file, file, file, file.stat().st_size) for file in options.files]
    made, limit = pathlib.Path(options.corpus), options.limit
    made_of = [
        make_corpus(work, "source", files_below(pathlib.Path(options.sources), ending=".rs"), limit * 5),
        make_corpus(work, "logs", files_below(made / "logs"), limit),
        make_corpus(work, "mail and wikis", files_below(made / "mail", made / "wiki"), limit),
    ]
    # Where no crate has been fetched there are no sources.
    return [corpus for corpus in made_of if corpus.size]


def start_ups(bench: Bench) -> "dict[str, Run | str]":
    """What each takes of nothing, at the least, after a run that fills its caches; or why it can't be had."""
    ways = {"engine": lambda: bench.engine(bench.empty_file), "ripgrep": lambda: bench.ripgrep(bench.empty_file)}
    if bench.options.peers:
        ways["kingfisher"] = lambda: bench.kingfisher(bench.empty_folder)
        ways["kingfisher, one file"] = lambda: bench.kingfisher(bench.empty_file)
    starts: "dict[str, Run | str]" = {}
    for name, way in ways.items():
        try:
            way()
            starts[name] = min((way() for _ in range(bench.options.rounds + 2)), key=lambda run: run.cpu)
        except Failed as reason:
            starts[name] = str(reason)
    return starts


def measure(bench: Bench, corpus: Corpus, starts: "dict[str, Run | str]") -> "dict[str, Speed | str]":
    """All programs over one corpus, in turns: their best rounds, or why there are none."""

    def speed(name: str) -> Speed:
        if name in PYTHON_PEERS:
            run, told = bench.python_peer(name, corpus.slice)
            return Speed(told["bytes"] / max(told["seconds"], 1e-3) / 1e6, told["bytes"], run.memory, told["note"])
        start, size, note = starts[name], corpus.size, ""
        if isinstance(start, str):
            raise Failed(start)
        if name.startswith("kingfisher"):
            run = bench.kingfisher(corpus.folder if name == "kingfisher" else corpus.joined)
            size, note = int(re.findall(r'"bytes_scanned":(\d+)', run.said)[-1]), "secrets alone"
        elif name == "ripgrep":
            run, note = bench.ripgrep(corpus.joined), "six patterns"
        else:
            run = bench.engine(corpus.joined)
        seconds, least = run.cpu - start.cpu, start.cpu * START_DIFFERS
        note = note if seconds >= least else f"{note}; too little beyond its start-up to tell: as much, or more"
        return Speed(size / max(seconds, least) / 1e6, size, run.memory, note)

    best: "dict[str, Speed | str]" = {}
    for _ in range(bench.options.rounds):
        for name in (*starts, *(PYTHON_PEERS if bench.options.peers else ())):
            old = best.get(name)
            if isinstance(old, str):
                continue
            try:
                new = speed(name)
                best[name] = new if old is None or old.rate < new.rate else old
            except Failed as reason:
                best[name] = str(reason)
    return best


def two_cores(bench: Bench, corpus: Corpus, start: Run) -> "float | None":
    """How many times as fast two engines at once are over two halves as one over the whole."""
    if not TWO_CORES <= os.sched_getaffinity(0):
        return None
    halves = [bench.work / "half.0", bench.work / "half.1"]
    with corpus.joined.open("rb") as whole, halves[0].open("wb") as first, halves[1].open("wb") as second:
        while block := whole.read(1 << 18):
            (first if whole.tell() * 2 <= corpus.size else second).write(block)
    alone, both = [], []
    for _ in range(bench.options.rounds):
        alone.append(bench.engine(corpus.joined).cpu - start.cpu)
        said = [bench.work / "said.0", bench.work / "said.1"]
        begun = time.monotonic()
        engines = [
            begin([bench.options.speed, str(half)], frozenset({core}), said[core], bench.env)
            for core, half in enumerate(halves)
        ]
        both.append(max(end(engine, begun, said[core], (0,)).cpu for core, engine in enumerate(engines)) - start.cpu)
    return min(alone) / min(both)


def row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def head(*cells: str) -> None:
    row(*cells)
    print("|---" * len(cells) + "|")


def tell_speeds(corpus: Corpus, speeds: "dict[str, Speed | str]") -> None:
    engine = speeds["engine"]
    if isinstance(engine, str):
        raise Failed(engine)
    for name, speed in speeds.items():
        if isinstance(speed, str):
            row(corpus.name, name, "missing", "", "", "", speed)
            continue
        rate = f"{speed.rate:.3g}" if speed.rate < 100 else f"{speed.rate:.0f}"
        times, read = f"{engine.rate / speed.rate:.3g}", f"{speed.size / 1e6:.3g}"
        row(corpus.name, name, rate, times, read, speed.memory, speed.note)


def tell_scans(bench: Bench, corpus: Corpus) -> None:
    """Whole scans of the folder on one core, and Trawl's on two, in turns."""
    ways = {"trawl": lambda: bench.trawl_scan(corpus.folder), "kingfisher": lambda: bench.kingfisher(corpus.folder)}
    if TWO_CORES <= os.sched_getaffinity(0):
        ways["trawl, two cores"] = lambda: bench.trawl_scan(corpus.folder, TWO_CORES)
    runs: "dict[str, list[Run]]" = {name: [] for name in ways}
    failed: "dict[str, str]" = {}
    for _ in range(bench.options.rounds):
        for name, way in ways.items():
            try:
                if name not in failed:
                    runs[name].append(way())
            except Failed as reason:
                failed[name] = str(reason)
    if "trawl" in failed:
        raise Failed(failed["trawl"])

    def least(name: str, what: str) -> float:
        return min(getattr(run, what) for run in runs[name])

    for name in ways:
        if name in failed:
            row(corpus.name, name, "missing", "", "", "", "", failed[name])
            continue
        wall, cpu, last = least(name, "wall"), least(name, "cpu"), runs[name][-1]
        times = f"{wall / least('trawl', 'wall'):.2f}", f"{cpu / least('trawl', 'cpu'):.2f}"
        row(corpus.name, name, f"{wall:.2f}", f"{cpu:.2f}", *times, last.memory, f"{last.found} found")


def tell_rest(bench: Bench, made: "list[Corpus]", start: Run) -> None:
    """Start-up, two cores, and memory."""
    ready = re.search(r"ready in (\d+) ms", start.said)
    told = f"{ready[1]} ms" if ready else "nothing"
    print(f"\n- start-up of the engine: {start.cpu * 1e3:.0f} ms of the processor; it tells of {told}")
    for corpus in made:
        if times := two_cores(bench, corpus, start):
            print(f"- two engines at once, each over half, {corpus.name}: {times:.2f} times one")
    print(f"- memory of the engine with all rules and no text: {start.memory} MiB")
    if bench.options.trawl:
        for corpus in made:
            run = bench.run([bench.options.trawl, "detect", str(corpus.joined)])
            print(f"- memory of trawl detect, {corpus.name}, {corpus.size / 1e6:.1f} MB: {run.memory} MiB")


def load() -> str:
    return " ".join(f"{average:.1f}" for average in os.getloadavg())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True, help="an empty folder to work in")
    parser.add_argument("--speed", required=True, help="the engine's example")
    parser.add_argument("--trawl", help="the node; without it no scan is measured")
    parser.add_argument("--peers", help="the environment of the peers; without it ripgrep alone")
    parser.add_argument("--corpus", help="a folder that trawl-loadtest made")
    parser.add_argument("--sources", help="a folder with source code")
    parser.add_argument("--limit", type=int, default=10_000_000, help="bytes of logs, and of mail")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="how long a slow peer reads its slice")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    bench = Bench(options)

    made = corpora(options, bench.work)
    begun, starts = load(), start_ups(bench)
    head("corpus", "program", "MB/s", "the engine, times as fast", "MB read", "memory, MiB", "")
    for corpus in made:
        tell_speeds(corpus, measure(bench, corpus, starts))
    if options.trawl:
        print()
        times = "trawl, times as fast"
        head("corpus", "whole scan", "s", "s of the processor", times, "the same, of the processor", "memory, MiB", "")
        for corpus in made:
            tell_scans(bench, corpus)
    tell_rest(bench, made, starts["engine"])
    print(f"- load of the machine before and after: {begun}; {load()}")


if __name__ == "__main__":
    try:
        main()
    except Failed as reason:
        sys.exit(f"failed: {reason}")
