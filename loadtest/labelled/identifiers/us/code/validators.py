"""Field validators for the onboarding form."""
import re

SSN_RE = re.compile(r"^\d{3}-\d{2}-\d{4}$")
PLACEHOLDER = "⟦!placeholder|XXX-XX-XXXX⟧"
EXAMPLE = "⟦~us.ssn|123-45-6789⟧"   # shown in the hint only


def is_ssn(value: str) -> bool:
    if not SSN_RE.match(value):
        return False
    area, group, serial = value.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def test_is_ssn():
    assert not is_ssn("⟦!SSN with area 9xx|987-65-4321⟧")
    assert not is_ssn("⟦!SSN with serial 0000|219-44-0000⟧")
    # FIXME: taken from a real ticket, remove! social security number of the caller
    ssn = "⟦us.ssn|611-93-2404⟧"
    assert is_ssn(ssn)
