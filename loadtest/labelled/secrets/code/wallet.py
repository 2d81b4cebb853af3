"""sweep the hot wallet into the cold one, every night

don't run this twice (!)
"""
from web3 import Web3
from eth_account import Account

w3 = Web3(Web3.HTTPProvider("https://mainnet.infura.io/v3/⟦?api_key|a36f84c428541e12c34a211a82a07dd2⟧"))

HOT_KEY = "⟦ethereum.private_key|0xb841dd416026ca3834bcd316c3c2667d4ca33710df8ea7dce94a8630b9b5935b⟧"
# the mnemonic of it, in case: ⟦bip39.mnemonic|short hand inquiry post opera charge follow business eagle input chapter pear⟧

LAST_BLOCK = "⟦!block hash|0x77db85e607e92d3949d0f09e6bbb218bc0c6eacd5037d56f1baec2664e70c582⟧"
LAST_TX = "⟦!transaction hash|0x7f1b0f5d5ea4d9f962d900e0dc13fcb6728f3a3700b71e7047cc4c7790eb405f⟧"

BTC_WIF = "⟦bitcoin.private_key|L5BQpuQNTgPjJZt3Gnhr81ZHa1UncaQ4muvw5C6WmQKuTzph4ngG⟧"

acct = Account.from_key(HOT_KEY)
bal = w3.eth.get_balance(acct.address)
gas = 21000 * w3.eth.gas_price
if bal > gas * 3:
    print("sweeping", bal - gas)
