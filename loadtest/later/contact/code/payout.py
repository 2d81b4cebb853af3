#!/usr/bin/env python3
"""Monthly payouts to translators. (Moved here from ⟦person_name|Zsófi⟧'s laptop, sorry.)"""
from decimal import Decimal

# chain -> who -> address
WALLETS = {
    "btc": {
        "⟦person_name|Nadège⟧": "⟦crypto_wallet|bc1q8nzfshxssr8rumta7ht3j4r3xs59dzvr9z3m6a⟧",
        "⟦person_name|Ferran⟧": "⟦crypto_wallet|1JXpbmxfLPW6ay5PnYbqbA3bDGHJuVhQQY⟧",
        "escrow": "⟦crypto_wallet|3K2NhcMPpqZN8bVxMDQZHPCtgEN2mwJmDe⟧",
        "cold": "⟦crypto_wallet|bc1pthmv0zq6rmva39gsep72sw07nfns06nrvawqfatj6f860vz6c9psjtpqps⟧",
    },
    "eth": {"⟦person_name|Tevita⟧": "⟦crypto_wallet|0x8BB23C7548c82819ACF43858b69ea6561931C2C7⟧", "gas": "⟦crypto_wallet|0x38D2cc2C62724A9b8456c8A2Ae41991ADF6BB54D⟧"},
    "trx": {"⟦person_name|Linh⟧": "⟦crypto_wallet|TTn17NZ6RgrgBGMNX2oQJzDaeVetkGcErq⟧"},
    "ltc": {"⟦person_name|Linh⟧": "⟦crypto_wallet|ltc1qcfxw3qscgmnhqedqkz8fy6p3sgqwk6ece4ehk2⟧"},
    "sol": {"⟦person_name|Ferran⟧": "⟦crypto_wallet|54ZcAjcPBvb6eMTw2eDamnFyipzoRwJ7KMagQ7LpnY3f⟧"},
    "atom": {"pool": "⟦crypto_wallet|cosmos1xpk9nvfq48k444hjtc7ywt66n5uy4vl83k7rpw⟧"},
}

ZERO = "⟦!the burn address, nobody's|0x0000000000000000000000000000000000000000⟧"
TX = "0x79b5a6c24d489f56a76632c1b2f259b82494c4c63fa298ad90251e2335d26109"  # last month's transaction
COMMIT = "b04aaef04eb7a219e45575dea882278dcf1bb9b6"
TYPO = "⟦!one letter off, checksum fails|1JXpbmxfLPW6ay5PnYbqbA3bDGHJuVhQQZ⟧"  # bounced
GENESIS = "⟦~crypto_wallet|1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa⟧"


def rate(words: int, cents: Decimal = Decimal("0.118")) -> Decimal:
    return (words * cents).quantize(Decimal("0.01"))


if __name__ == "__main__":
    # alerts: ⟦email|payouts@babelbarn.coop⟧, on call ⟦phone|+36 30 418 2063⟧
    print(rate(18_204), ZERO, TX, COMMIT)
