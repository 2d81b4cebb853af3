#!/usr/bin/env python3
"""Makes the text by which the labeller learns: sentences of templates, filled from the word lists.

Usage: corpus.py OUT [DOCUMENTS]. The same seed gives the same text. Marks: ⟦P|person⟧, ⟦G|firm⟧, ⟦L|place⟧,
⟦X|what else has a name⟧; a form feed parts documents. Slots of templates:

P person  G given  F family  FI "Family, Given"  FN "Family Given"  FU FAMILY Given  GI "G. Family"  T title
O firm  L place  S street  X product, eponym, work  W word with a capital  w word  D date  N number  H hour
M month  E e-mail  J job with a capital  j job  day; i behind P, G, F: in another case, ! behind them: no person
"""

import random
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT / "detect/people/lists"
TEMPLATES = Path(__file__).parent / "templates"
R = random.Random(20250301)

WEIGHTS = {"en": 30, "de": 22, "fr": 8, "es": 8, "pt": 8, "it": 6, "nl": 6, "pl": 6, "sv": 5, "cs": 5, "tr": 5,
           "vi": 3, "ru": 5, "in": 5, "af": 3}
OTHERS = ["da", "fi", "no", "hu", "ro", "hr", "ga", "id", "et", "is", "lt", "en", "de", "fr", "es", "it", "pl", "in", "af"]


def read(name):
    path = LISTS / name
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []


def extra():
    kinds, kind = {}, ""
    for line in read("extra.txt"):
        if line.startswith("["):
            kind = line[1:-1]
        elif not line.startswith("#"):
            kinds.setdefault(kind, []).extend(line.split())
    return kinds


EXTRA = extra()
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ' -]+$")


def names(kind, language):
    latin = language not in ("ru",)
    files = sorted(path.name for path in LISTS.glob(f"{kind}.{language}.*txt"))
    words = [w for file in files for w in read(file)] + 3 * EXTRA.get(f"{kind}.{language}", [])
    words = [w for w in words if (LATIN.match(w) is not None) == latin and len(w) > 1 and w[0].isupper()]
    if kind == "given":
        words = [w for w in words if "-" not in w and " " not in w]
    return words


LANGS = sorted(set(WEIGHTS) | set(OTHERS))
GIVEN = {l: names("given", l) for l in LANGS}
FAMILY = {l: names("family", l) for l in LANGS}
US = [w for w in read("family.us.txt")][:6000]
US_GIVEN = [w for w in read("given.us.txt")[:1200]]
COMMON = {l: read(f"common.{l}.txt") for l in list(WEIGHTS) + ["da", "fi"]}
COMMON["in"] = COMMON["af"] = COMMON["en"]
PLACES = [w for w in read("places.txt") if LATIN.match(w) and len(w) > 3]
PLACES_RU = [w for w in read("places.txt") if re.match(r"[А-Я][а-я]+$", w)]
# Words of lists of names do not serve as other words, unless they are frequent as such: some are everything's name.
IS_WORD = {w for ws in COMMON.values() for w in ws[:8000]}
IS_NAME = {w.lower() for l in LANGS for w in GIVEN[l] + FAMILY[l]} - IS_WORD | {w.lower() for w in US[:4000]}
WORDS = {l: [w for w in ws if len(w) > 3 and w not in IS_NAME] for l, ws in COMMON.items()}
RARE = {l: [w for w in ws if len(w) > 3] for l, ws in COMMON.items()}

TITLES = {
    "en": "Mr Mrs Ms Miss Dr Mr. Mrs. Ms. Dr. Prof. Professor Cllr Sgt PC Officer Judge Nurse Rev. Sir".split(),
    "in": "Mr Mrs Dr. Smt Shri Sri Prof.".split(), "af": "Mr Mrs Dr Chief Alhaji Mama Pastor Hon.".split(),
}
FIRM = {
    "en": ["{f} Ltd", "{f} & {f} LLP", "{f} Inc.", "{f} and Sons", "{f} & Co.", "{l} Council", "{l} University", "University of {l}",
           "{g}'s Bakery", "{f}'s Garage", "St {g}'s Hospital", "{f} Primary School", "Bank of {l}", "{w} {w} Inc", "{w} Solutions",
           "{f} Pharmaceuticals", "{g} {f} Ltd", "{g} {f} & Partners", "{w}{w}", "The {w} Company", "{l} City Council", "{f} Motors",
           "{l} United", "{l} Herald", "Saint {g} Church", "{f} Museum", "{f} Foundation", "{w} Systems GmbH", "{f}-{f} Group", "{w} Bank"],
    "de": ["{f} GmbH", "{f} & {f} KG", "{f} AG", "Gebrüder {f} OHG", "{f} & Söhne", "Stadtwerke {l}", "Universität {l}", "Sparkasse {l}",
           "Bäckerei {f}", "Autohaus {f}", "Metzgerei {f}", "{f}-Gymnasium", "{g}-{f}-Schule", "{g} {f} GmbH", "{w}{w} GmbH", "{w} AG",
           "Klinikum {l}", "Sankt-{g}-Hospital", "{f}-Stiftung", "Amtsgericht {l}", "Finanzamt {l}", "{f} Bau GmbH", "Apotheke {f}",
           "TSV {l}", "FC {l}", "Praxis Dr. {f}", "Kanzlei {f} & Partner", "{w}werke {l}", "Verein {w} e. V.", "{l}er Zeitung"],
    "fr": ["{f} SA", "SARL {f}", "{f} et Fils", "Société {f}", "Boulangerie {f}", "Université de {l}", "Mairie de {l}", "Lycée {g} {f}",
           "Hôpital Saint-{g}", "Groupe {f}", "Cabinet {f} & Associés", "Banque {w}", "Garage {f}", "Collège {f}", "Tribunal de {l}"],
    "es": ["{f} S.A.", "{f} e Hijos", "Grupo {f}", "Universidad de {l}", "Ayuntamiento de {l}", "Colegio {g} {f}", "Hospital San {g}",
           "Banco {f}", "Talleres {f}", "Farmacia {f}", "Construcciones {f} SL", "Juzgado de {l}", "Instituto {f}", "{w} S.L."],
    "pt": ["{f} Ltda", "{f} & Filhos", "Grupo {f}", "Universidade de {l}", "Câmara Municipal de {l}", "Escola {g} {f}", "Hospital São {g}",
           "Banco {f}", "Padaria {f}", "Farmácia {f}", "Construtora {f} S.A.", "Tribunal de {l}", "{w} Lda"],
    "it": ["{f} S.r.l.", "{f} SpA", "Fratelli {f}", "Università di {l}", "Comune di {l}", "Liceo {g} {f}", "Ospedale San {g}", "Banca {f}",
           "Officina {f}", "Farmacia {f}", "Studio {f} e Associati", "Tribunale di {l}", "{w} Srl", "Ditta {f}"],
    "nl": ["{f} BV", "Bakkerij {f}", "Gemeente {l}", "Universiteit {l}", "Stichting {f}", "Garage {f}", "Gebroeders {f}", "{w} N.V.",
           "Sint {g} Ziekenhuis", "{g} {f} College", "Advocatenkantoor {f}", "Rechtbank {l}"],
    "pl": ["{f} sp. z o.o.", "Piekarnia {f}", "Urząd Miasta {l}", "Uniwersytet {l}", "Szpital św. {g}", "Fundacja {f}", "Bank {w}", "PHU {f}"],
    "sv": ["{f} AB", "{l} kommun", "{l}s universitet", "{f}s Bageri", "{f} & Söner AB", "{w} AB", "{f}skolan", "Region {l}"],
    "cs": ["{f} s.r.o.", "{w} a.s.", "Pekařství {f}", "Univerzita {l}", "Nemocnice {l}", "Město {l}", "{f} a synové", "Autoservis {f}"],
    "tr": ["{f} A.Ş.", "{l} Belediyesi", "{l} Üniversitesi", "{g} {f} Lisesi", "{f} Holding", "{f} İnşaat Ltd. Şti.", "{w} Bankası"],
    "vi": ["Công ty {w}", "Công ty TNHH {g} {g}", "Ngân hàng {w}", "Trường {w}", "Bệnh viện {l}"],
    "ru": ["ООО «{f}»", "ЗАО «{w}»", "Банк «{w}»", "Университет {l}", "Школа № 5", "Больница {l}"],
}
FIRM["in"] = FIRM["en"] + ["{f} Traders", "{f} Stores", "{g} Medicals", "Shri {g} Enterprises", "{f} & Sons Jewellers", "{f} Sweets"]
FIRM["af"] = FIRM["en"] + ["{f} Enterprises", "{l} Sacco", "{g} Salon"]
STREET = {
    "en": ["{n} {f} Street", "{n} {w} Road", "{f} Avenue", "{g} Street", "{f} Close", "{n} {f} Lane", "{w} Drive", "Flat 2, {n} {f} Court", "{f} Square"],
    "de": ["{f}straße {n}", "{f}str. {n}", "{w}weg {n}", "{g}-{f}-Straße {n}", "{f}platz", "Am {w} {n}", "{f}allee {n}", "{f}gasse {n}", "Sankt-{g}-Platz {n}"],
    "fr": ["{n} rue {g} {f}", "{n}, avenue {f}", "{n} rue de la {w}", "place {f}", "boulevard {f}", "rue Saint-{g}", "{n} impasse des {w}"],
    "es": ["calle {f} {n}", "Calle {g} {f}, {n}", "Avenida de {l} {n}", "plaza {f}", "C/ {f}, {n}", "Paseo de la {w} {n}", "calle San {g}"],
    "pt": ["Rua {g} {f}, {n}", "Av. {f} {n}", "rua {f}", "Travessa da {w} {n}", "Praça {f}", "Rua São {g}, {n}"],
    "it": ["via {g} {f} {n}", "Via {f}, {n}", "piazza {f}", "corso {l} {n}", "viale {f}", "via San {g} {n}"],
    "nl": ["{f}straat {n}", "{w}laan {n}", "{f}plein {n}", "{w}weg {n}", "{f}kade"],
    "pl": ["ul. {f} {n}", "ulica {w} {n}", "al. {f} {n}", "pl. {f}", "os. {w} {n}"],
    "sv": ["{f}gatan {n}", "{w}vägen {n}", "{w}gatan", "{f} väg {n}"],
    "cs": ["{f} {n}", "ulice {f}", "náměstí {f}", "{w} {n}"], "tr": ["{f} Caddesi No: {n}", "{w} Sokak {n}", "{g} {f} Bulvarı"],
    "vi": ["{n} đường {w}", "số {n} đường {g} {g}"], "ru": ["ул. {f}, д. {n}", "улица {w}", "пр. {f}"],
}
STREET["in"] = STREET["en"] + ["{n}, {f} Nagar", "{w} Colony", "{f} Marg"]
STREET["af"] = STREET["en"]
THINGS = """Alzheimer Parkinson|Morbus Crohn|Morbus Parkinson|Hodgkin|Down syndrome|Tourette|Asperger|Crohn's disease|Windows Server|Microsoft Word
Excel|Google Chrome|Firefox|Jenkins|Apache Tomcat|Docker|Kubernetes|GitHub|GitLab|Jira|Slack|Outlook|SharePoint|Teams|Python|Ruby|Perl|Pascal|Ada|Java
Postgres|Oracle|Maven|Gradle|Spring Boot|Django|Flask|Laravel|Angular|Alexa|Siri|Cortana|Watson|Murphy's law|Moore's law|Ohm's law|Newton
Dijkstra|Bayes|Fourier|Gauss|Euler|Laplace|Bernoulli|Markov|Poisson|Hilbert|Caesar salad|Pizza Margherita|Earl Grey|Eggs Benedict|Peach Melba|Bloody Mary
Victoria sponge|Granny Smith|Sachertorte|Linzer Torte|Hamlet|Macbeth|Romeo and Juliet|Faust|Don Quixote|Anna Karenina|Mona Lisa|Harry Potter|Don Giovanni
Carmen|Aida|Mozart|Beethoven|Bach|Goethe|Schiller|Shakespeare|Kafka|Einstein|Luther|Marx|Darwin|Napoleon|Picasso|Rembrandt|Mercedes|Ford Focus
Opel Corsa|Renault Clio|Alfa Romeo|Harley Davidson|Rolls-Royce|Porsche|Ferrari|Mercedes-Benz|Bosch|Siemens|Miele|Adidas|Calvin Klein|Hugo Boss
Jack Daniel's|Johnnie Walker|Dr. Oetker|Ben & Jerry's|McDonald's|Burger King|Levi's|Gillette|Philips|Nestlé|Heinz|Kellogg's|Barbie|Marks & Spencer
Lloyds|Barclays|JPMorgan Chase|Morgan Stanley|Wells Fargo|Johnson & Johnson|Procter & Gamble|Victoria Line|Hurricane Katrina|Queen Mary|Santa Maria
San Francisco|Santa Barbara|San Diego|Los Angeles|Buenos Aires|Sri Lanka|Costa Rica|Puerto Rico|El Salvador|Virginia|Carolina|Georgia|Victoria|Sydney
Adelaide|Charlotte|Houston|Austin|Jackson|Madison|Lincoln|Washington|Paris|Florence|Sofia|Valentine's Day|St. Patrick's Day|Saint Nicolas|Nikolaus
Martini|Margarita|Tom Collins|Sherlock Holmes|James Bond|Robin Hood|Mickey Mouse|Donald Duck|Superman|Cinderella|Buddha|Allah|Jesus|Christus|Maria
Black-Eyed Susan|Sweet William|Jack Russell|Saint Bernard|Prince Edward Island|Mount Everest|John Doe|Jane Doe|Max Mustermann|Erika Mustermann|Johann Sebastian Bach
Big Ben|Emmy|Oscar|Nobel|Pulitzer|Black Friday|Good Friday|Ash Wednesday|Python Flask|Rust|Cargo|Clippy|Tokio|Serde|Sass|Babel|Bazel|Ansible""".replace("\n", "|").split("|")
JOBS = {
    "en": "manager teacher nurse engineer project manager sales director accountant solicitor consultant head of finance chief executive developer analyst",
    "de": "Projektleiter Geschäftsführerin Lehrer Krankenschwester Ingenieur Buchhalterin Sachbearbeiter Vertriebsleiterin Rechtsanwalt Hausmeister",
    "fr": "directeur infirmière comptable ingénieur professeur avocate responsable gérant", "es": "director enfermera contable ingeniero profesora abogado gerente",
    "pt": "diretor enfermeira contador engenheiro professora advogado gerente", "it": "direttore infermiera ragioniere ingegnere professoressa avvocato",
    "nl": "directeur verpleegkundige boekhouder ingenieur docent advocaat manager", "pl": "dyrektor pielęgniarka księgowa inżynier nauczycielka kierownik",
    "sv": "chef sjuksköterska ekonom ingenjör lärare advokat", "cs": "ředitel účetní inženýr učitelka vedoucí", "tr": "müdür öğretmen hemşire mühendis muhasebeci",
    "vi": "giám đốc kế toán giáo viên", "ru": "директор бухгалтер учитель инженер менеджер",
}
JOBS["in"] = JOBS["af"] = JOBS["en"]
MONTHS = {
    "en": "January February March April May June July August September October November December", "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre", "es": "enero febrero marzo abril mayo junio julio agosto septiembre", "pt": "janeiro fevereiro março abril maio junho julho",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto", "nl": "januari februari maart april mei juni juli augustus", "pl": "stycznia lutego marca kwietnia maja czerwca lipca",
    "sv": "januari februari mars april maj juni juli", "cs": "ledna února března dubna května června", "tr": "Ocak Şubat Mart Nisan Mayıs Haziran", "vi": "tháng", "ru": "января февраля марта апреля мая июня",
}
MONTHS["in"] = MONTHS["af"] = MONTHS["en"]
DAYS = {"en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday", "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "es": "lunes martes miércoles jueves viernes", "pt": "segunda terça sexta sábado domingo", "it": "lunedì martedì sabato domenica", "nl": "maandag dinsdag vrijdag zaterdag", "pl": "poniedziałek wtorek sobotę niedzielę",
        "sv": "måndag tisdag fredag lördag", "cs": "pondělí úterý sobotu neděli", "tr": "Pazartesi Salı Cuma", "vi": "mai", "ru": "понедельник вторник"}
DAYS["in"] = DAYS["af"] = DAYS["en"]
PARTICLES = {"de": ["von", "zu", "von der"], "nl": ["van", "de", "van der", "van den", "van de", "ter", "ten"], "fr": ["de", "de la", "du", "Le"], "es": ["de", "de la", "del"],
             "pt": ["da", "de", "dos", "do", "e"], "it": ["De", "Di", "Della", "Dal"], "en": ["Mac", "O'", "Mc", "St."]}


class Maker:
    def __init__(self, language):
        self.l = language

    def choose(self, words):
        return R.choice(words) if words else "Nova"

    def source(self):
        return self.l if R.random() < 0.72 else R.choice(OTHERS) if self.l != "ru" else "ru"

    def made_up(self, family):
        """A name that no list has."""
        on, mid, end = ["B", "D", "F", "G", "H", "K", "L", "M", "N", "P", "R", "S", "T", "V", "Z", "Kr", "Br", "Sch", "St", "Ch", "Gr", "Ad", "Ol", "Ek", "Ng"], \
            ["a", "e", "i", "o", "u", "ei", "au", "ie"], ["nn", "rt", "l", "ck", "n", "r", "sz", "ll", "m", "nd", "ng", "k"]
        word = R.choice(on) + R.choice(mid) + R.choice(["r", "l", "m", "n", "d", "b", "k", "v", "nd", "st"]) + R.choice(mid)
        if family:
            word += R.choice(end + ["sen", "ski", "wicz", "ová", "enko", "mann", "berg", "feld", "ström", "ez", "ini", "oğlu", "son", "ton", "ley", "well", "wala", "kar"])
        elif R.random() < 0.5:
            word += R.choice(end)
        return word[0] + word[1:].lower()

    def given(self, source=None):
        source = source or self.source()
        if R.random() < 0.1 and self.l != "ru":
            return self.made_up(False)
        words = GIVEN[source]
        if source == "en" and R.random() < 0.5:
            words = US_GIVEN
        name = self.choose(words)
        if source == "vi" and R.random() < 0.3:
            name += " " + self.choose(words)
        elif source in ("fr", "de", "sv", "pl") and R.random() < 0.06:
            name += "-" + self.choose(words)
        return name

    def family(self, source=None):
        source = source or self.source()
        if R.random() < 0.16 and self.l != "ru":
            name = self.made_up(True)
        elif source == "en" and R.random() < 0.6:
            name = self.choose(US)
        else:
            name = self.choose(FAMILY[source])
        if source in ("es", "pt") and R.random() < 0.4:
            name += " " + self.choose(FAMILY[source])
        elif R.random() < 0.05 and self.l != "ru":
            name += "-" + self.choose(FAMILY[source])
        if source in PARTICLES and R.random() < (0.25 if source == "nl" else 0.06):
            p = R.choice(PARTICLES[source])
            name = p + ("" if p in ("O'", "Mac", "Mc") else " ") + name
        return name

    def person(self):
        s = self.source()
        g, f = self.given(s), self.family(s)
        r = R.random()
        if s == "vi":
            return f"{self.choose(FAMILY['vi'])} {R.choice(['Thị', 'Văn', self.choose(GIVEN['vi'])])} {self.choose(GIVEN['vi'])}"
        if self.l == "ru":
            return f"{g} {f}" if r < 0.5 else f"{f} {g}"
        if r < 0.68:
            return f"{g} {f}"
        if r < 0.76:
            return f"{g} {self.given(s)} {f}"
        if r < 0.83:
            return f"{g} {self.given(s)[0]}. {f}"
        if r < 0.87:
            return f"{g[0]}. {f}"
        if r < 0.89:
            return f"{g[0]}. {self.given(s)[0]}. {f}"
        if r < 0.91:
            return f"{g} {f} {R.choice(['Jr.', 'III', 'Jr', 'II', 'Sr.'])}" if s == "en" else f"{g} {f}"
        if r < 0.93:
            return f"{g} \"{self.given(s)}\" {f}"
        if r < 0.95:
            return f"{g} {f[0]}."
        if r < 0.97:
            return f"{f.upper()} {g}"
        return f"{g} {f}".upper() if R.random() < 0.5 else f"{g} {f}"

    def case(self, name):
        def one(w):
            if len(w) < 3 or w.isupper():
                return w
            if self.l == "tr":
                return w
            if w.endswith(("ski", "cki")):
                return w + R.choice(["ego", "emu", "m"])
            if w.endswith(("ý", "á")):
                return w[:-1] + R.choice(["ého", "ému", "é", "ou", "ým"])
            if self.l == "ru":
                return w[:-1] + R.choice("уыей") if w[-1] in "ая" else w + R.choice(["а", "у", "ым", "ом"])
            if w.endswith("a"):
                return w[:-1] + R.choice(["y", "ie", "ę", "ą", "u", "ě", "ou", "i", "e"])
            return w + R.choice(["a", "owi", "em", "ovi", "u", "om", "e"])
        return " ".join(one(w) for w in name.split())

    def word(self):
        return self.choose(WORDS.get(self.l) or WORDS["en"])

    def capital(self):
        w = self.choose(RARE.get(self.l) or RARE["en"]) if R.random() < 0.3 else self.word()
        if self.l == "de" and R.random() < 0.4:
            w = w + self.word()
        return w[0].upper() + w[1:]

    def filled(self, patterns):
        def slot(m):
            k = m.group(1)
            if k == "f":
                return R.choice([self.family(), self.choose(FAMILY[self.l])])
            if k == "g":
                return self.choose(GIVEN[self.l])
            if k == "l":
                return self.place()
            if k == "n":
                return str(R.randint(1, 220)) + R.choice(["", "", "", "a", "B"])
            return self.capital()
        return re.sub(r"\{(\w)\}", slot, R.choice(patterns))

    def place(self):
        return self.choose(PLACES_RU if self.l == "ru" else PLACES)

    def date(self):
        d, m, y = R.randint(1, 28), R.randint(1, 12), R.randint(1930, 2026)
        month = R.choice(MONTHS[self.l].split())
        return R.choice([f"{d}.{m}.{y}", f"{d:02}/{m:02}/{y}", f"{y}-{m:02}-{d:02}", f"{d} {month} {y}", f"{d}. {month} {y}", f"{month} {d}, {y}"])

    def slot(self, match):
        k, inflected, other = match.group(1), match.group(2), match.group(3)
        bend = self.case if inflected else (lambda n: n)
        mark = lambda kind, text: f"⟦{'L' if other else kind}|{text}⟧"
        if k == "P":
            return mark("P", bend(self.person()))
        if k == "G":
            return mark("P", bend(self.given()))
        if k == "F":
            return mark("P", bend(self.family()))
        if k == "FI":
            return mark("P", f"{self.family()}, {self.given()}")
        if k == "FN":
            return mark("P", f"{self.family()} {self.given()}")
        if k == "FU":
            s = self.source()
            f, g = self.family(s), self.given(s)
            return mark("P", R.choice([f"{f.upper()} {g}", f"{f.upper()}", f"{f.upper()}, {g}", f"{g} {f.upper()}"]))
        if k == "GI":
            g = self.given()
            return mark("P", R.choice([f"{g[0]}. {self.family()}", f"{g[0]} {self.family()}", f"{g[0]}. {R.choice('ABEHJMRSТ'[:8])}. {self.family()}"]))
        if k == "T":
            title = R.choice(TITLES.get(self.l, TITLES["en"]))
            return title + " "
        if k == "O":
            return mark("G", self.filled(FIRM[self.l]))
        if k == "L":
            return mark("L", self.place())
        if k == "S":
            return mark("L", self.filled(STREET[self.l]))
        if k == "X":
            return mark("X", R.choice(THINGS))
        if k == "W":
            return self.capital()
        if k == "w":
            return self.word() if self.l != "de" else self.capital()
        if k == "D":
            return self.date()
        if k == "N":
            return R.choice([str(R.randint(1, 99)), str(R.randint(100, 99999)), f"{R.randint(1,9)}.{R.randint(0,99)}", f"0{R.randint(100,999)} {R.randint(10000,999999)}"])
        if k == "H":
            return f"{R.randint(0,23)}:{R.randint(0,59):02}"
        if k == "M":
            return R.choice(MONTHS[self.l].split())
        if k == "day":
            return R.choice(DAYS[self.l].split())
        if k == "E":
            return R.choice([self.given(), self.family(), self.word()]).lower().replace(" ", ".") + "@" + self.word() + ".example"
        if k in "Jj":
            job = R.choice(JOBS[self.l].split())
            return job[0].upper() + job[1:] if k == "J" else job
        return match.group(0)

    def line(self, template):
        return re.sub(r"\{(FI|FN|FU|GI|day|[PGFTOLSXWwDNHMEJj])(i?)(!?)\}", self.slot, template).replace("\\n", "\n")

    def table(self):
        """Rows of a table in plain text."""
        sep = R.choice([" | ", "\t", "  ", ", ", ";"])
        columns = R.sample(["{P}", "{FI}", "{L}", "{O}", "{D}", "{N}", "{E}", "{w}", "{W}", "{G}{s}{F}", "{X}", "{H}"], R.randint(3, 6))
        rows = []
        for _ in range(R.randint(2, 6)):
            rows.append(sep.join(self.line(c.replace("{s}", sep)) for c in columns))
        return "\n".join(rows)

    def heading(self):
        joints = {"de": ["und", "der", "für"], "fr": ["et", "de la"], "es": ["y", "de la"]}.get(self.l, ["and", "of the", "for"])
        words = [self.capital() for _ in range(R.randint(1, 4))]
        if R.random() < 0.3:
            words.insert(1, R.choice(joints))
        text = " ".join(words)
        return R.choice([text, text.upper(), "# " + text, "**" + text + "**", text + ":", f"{R.randint(1,9)}. {text}"])


def templates(language):
    lines = (TEMPLATES / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip()]


def dressed(text):
    """As the text might stand in a mail, a list, a cell."""
    r = R.random()
    if r < 0.05:
        return "> " + text
    if r < 0.1:
        return "- " + text
    if r < 0.12:
        return "  " + text
    if r < 0.14:
        return f"{R.randint(1, 20)}. " + text
    return text


def main():
    out, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40000
    languages, weights = zip(*WEIGHTS.items())
    all_templates = {l: templates(l) for l in languages}
    anywhere = templates("any")
    with open(out, "w", encoding="utf-8") as file:
        for _ in range(count):
            language = R.choices(languages, weights)[0]
            maker = Maker(language)
            lines = []
            for _ in range(R.randint(2, 8)):
                r = R.random()
                if r < 0.05:
                    lines.append(maker.table())
                elif r < 0.12:
                    lines.append(maker.heading())
                elif r < 0.3:
                    lines.append(dressed(maker.line(R.choice(anywhere))))
                else:
                    lines.append(dressed(maker.line(R.choice(all_templates[language]))))
                    if R.random() < 0.25:
                        lines[-1] += " " + maker.line(R.choice(all_templates[language]))
            file.write(R.choice(["\n", "\n", "\n\n"]).join(lines) + "\n\f")


main()
