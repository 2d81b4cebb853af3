"""Fixtures for the payroll importer (ΑΠΔ). Names are invented; keep the numbers valid!"""
from decimal import Decimal

EMPLOYER = {"afm": "⟦gr.afm|002965573⟧", "ame": "5299070401", "city": "Πάτρα"}

ROWS = [
    # surname, name, amka, afm, gross
    ("⟦person_name|Papadimos⟧", "⟦person_name|Stelios⟧", "⟦gr.amka|07038655952⟧", "⟦gr.afm|112420873⟧", Decimal("1139.33")),
    ("⟦person_name|Kyriakou⟧", "⟦person_name|Despina⟧", "⟦gr.amka|29119537248⟧", "⟦gr.afm|110649752⟧", Decimal("930.00")),
]
BAD_AMKA = "⟦!wrong check digit, gr.amka|07038618779⟧"      # luhn fails
NOT_A_DATE_AMKA = "⟦!no such date, gr.amka|99139912340⟧"
PERIOD = (202501, 202502)
SEED = 123456789
CHECKSUM = 0x68391583


def test_import(tmp_path):
    f = tmp_path / "apd_20250131.csl"
    f.write_text("".join(f"2{r[2]}{r[3]}\n" for r in ROWS), "cp1253")
    assert len(f.read_text("cp1253").splitlines()) == 2
