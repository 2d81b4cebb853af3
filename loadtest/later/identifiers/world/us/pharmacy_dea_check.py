"""Sanity checks on the prescriber master before it goes to the PDMP upload.

DEA numbers: two letters, six digits, check digit. The second letter is the first
letter of the surname (or 9 for a firm).
"""
import re

PRESCRIBERS = [
    # (name, dea, npi, state licence)
    ("⟦person_name|Whitcomb, Eleanor⟧", "⟦us.dea|BW2116499⟧", "⟦us.npi|1003741828⟧", "MD-D0060990"),
    ("⟦person_name|Nakagawa, Paul⟧", "⟦us.dea|FN2091837⟧", "⟦us.npi|1174029383⟧", "MD-D0061120"),
    ("⟦person_name|Osei-Tutu, Grace⟧", "⟦us.dea|MO5554995⟧", "⟦us.npi|1694401724⟧", "MD-C0007741"),
]

# these two came back from the wholesaler as bad
REJECTED = {
    "⟦!wrong check digit|BW5310485⟧": "check",
    "⟦!wrong check digit|AK3310724⟧": "check",
}

NDC_PACKAGE = {"⟦!drug catalogue, nothing dispensed|00406-0552-01⟧": "oxycodone 5 mg", "⟦!drug catalogue, nothing dispensed|00591-3797-01⟧": "carisoprodol"}


def dea_ok(s: str) -> bool:
    if not re.fullmatch(r"[ABFGMPRX][A-Z9]\d{7}", s):
        return False
    d = [int(c) for c in s[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def test_sample():
    # from the DEA's own leaflet
    assert dea_ok("⟦~us.dea|AB1234563⟧")
    assert all(dea_ok(p[1]) for p in PRESCRIBERS)
    assert not any(dea_ok(r) for r in REJECTED)
