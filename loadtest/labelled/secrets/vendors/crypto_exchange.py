import hmac, hashlib, time, urllib.parse, requests

# binance: trade only, no withdrawals, ip locked
API_KEY = "⟦?api_key|sJDoNrHTzBTZpEz6y39df9B1SxhVS7dthVx6XeozHP2VfXNzrvVVogNB8w3UhqwY⟧"
API_SECRET = "⟦binance.secret|z3tWixwapjD9GWlHHnqfnPEdnsLqZMujNdcOmEvsnFUjjYBfKWYs7odzsrUANeND⟧"

# kraken
KRAKEN_PRIVATE = "⟦kraken.private_key|wc66fI0Y/zqUbq83beBuak0W6rRiNYAk1JjRJ/3UezVqe/dRraM4dc18JsNni7h1Q+8wZEFihp7eGFYy7fHAfw==⟧"

# cold storage: xprv of the old electrum wallet
XPRV = "⟦bitcoin.extended_private_key|xprv9s21ZrQH143K3agBEFXgyie2wVNMngZDko6PS9GYfhWNoD4PHwze9baVAAmxTaKC7J8Apni4P4xbMYLVJSP7WR3sz4LYKV63UHFuYg71tXF⟧"
SEED = "⟦bip39.mnemonic|crater sketch fat ill survey blood manage perfect poverty choice smart wink earth spring diet damp soul scorpion magnet carbon speak direct venture wheel⟧"

GENESIS = "⟦!block hash|000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f⟧"


def signed(params):
    params["timestamp"] = int(time.time() * 1000)
    q = urllib.parse.urlencode(params)
    sig = hmac.new(API_SECRET.encode(), q.encode(), hashlib.sha256).hexdigest()
    return q + "&signature=" + sig


def balance():
    r = requests.get("https://api.binance.com/api/v3/account?" + signed({}), headers={"X-MBX-APIKEY": API_KEY})
    return {b["asset"]: b["free"] for b in r.json()["balances"] if float(b["free"])}

# never type the twelve words into a website, e.g. "wallet seed phrase backup"
