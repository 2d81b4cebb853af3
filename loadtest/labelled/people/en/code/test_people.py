"""Tests of the name parser. ⟦!placeholder|Jane Doe⟧ and ⟦!placeholder|Foo Bar⟧ are made up."""
import pytest

from names import parse_name, NameError

# Bug of ticket 4417: customer "⟦person_name|Xiomara de la Fuente-Ibáñez⟧" could not log in, see
# mail of ⟦person_name|Henrik Dahl⟧ of 2024-09-12.
CASES = [
    ("first last", ("first", "last")),
    ("LAST, FIRST", ("FIRST", "LAST")),
    ("first van last", ("first", "van last")),
]


@pytest.mark.parametrize("raw,want", CASES)
def test_parse(raw, want):
    assert parse_name(raw) == want


def test_paris_is_a_city():
    # ⟦!city|Paris⟧, ⟦!city|Sydney⟧, ⟦!city|Austin⟧ and ⟦!city|Florence⟧ are cities first
    with pytest.raises(NameError):
        parse_name("⟦!city|Paris⟧")


def test_month():
    for m in ("April", "May", "June", "August"):
        with pytest.raises(NameError):
            parse_name(m)
