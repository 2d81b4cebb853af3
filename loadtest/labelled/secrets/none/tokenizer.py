"""A small tokenizer. 'token' here is a word, not a credential."""
import re
from dataclasses import dataclass

TOKEN_RE = re.compile(r"(?P<NUMBER>\d+)|(?P<IDENT>[A-Za-z_]\w*)|(?P<OP>[-+*/=()])|(?P<WS>\s+)")
BOS_TOKEN = "<s>"
EOS_TOKEN = "</s>"
PAD_TOKEN = "<pad>"
UNK_TOKEN = "<unk>"
token_type = "IDENT"
secret_number = 42
key = "primary_key"
api_key_param = "apikey"


@dataclass
class Token:
    kind: str
    text: str
    pos: int


def tokens(src):
    for m in TOKEN_RE.finditer(src):
        if m.lastgroup != "WS":
            yield Token(m.lastgroup, m.group(), m.start())


assert [t.text for t in tokens("pass_word=secret+1")] == ["pass_word", "=", "secret", "+", "1"]
