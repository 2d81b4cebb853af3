"""Nightly digest. Ported from the perl script by ⟦person_name|Anselm Okoro⟧ (⟦email|anselm@tidewater-digest.ca⟧)."""
import os, smtplib, hashlib, getpass
import requests

SLACK_TOKEN = os.environ["SLACK_TOKEN"]
TELEGRAM = "⟦telegram.bot_token|5036336112:AA1XUGM3THGhmLYVTBK4Rq54NhPSjk2J2T2⟧"
DISCORD_TOKEN = os.getenv("DISCORD_TOKEN", "⟦discord.bot_token|MTI1MDg2NDU3MDIxMTkxMTA1.GttSe4.RN5Blkhm7E_zl8u9KPzySX6a546CCcH5qapwCi⟧")
MAILGUN = ("api", "⟦mailgun.api_key|key-85b7120870de51fa53cf4259d29dbb26⟧")
DEEPL_KEY = '⟦deepl.api_key|b646dcaf-d3f9-47f0-8cd2-ee2c9e2616a4:fx⟧'
OPENWEATHER = dict(q="Halifax,CA", appid="⟦openweather.api_key|3abeacd4b9f77595324fa217b79d4153⟧", units="metric")
SALT = b"digest-v2"  # not secret, only for the file names
EXPECTED = "⟦!hash of a file|5d4aa3403e4a174b7ff178f13d14dee9398d97889475755d8e5d31ea56f9be54⟧"
GMAIL_APP_PW = "⟦google.app_password|xzzf mgxa kqee ngyw⟧"


class Account:
    def __init__(self, user: str, password: str | None = None):
        self.user = user
        self._password = password or getpass.getpass("password: ")

    @property
    def password(self) -> str:
        return self._password

    def token(self) -> str:
        return hashlib.sha256(SALT + self.user.encode()).hexdigest()


def send(to, text):
    with smtplib.SMTP_SSL("smtp.gmail.com", 465) as s:
        s.login("⟦email|tidewater.digest@gmail.com⟧", GMAIL_APP_PW)
        s.sendmail("⟦email|tidewater.digest@gmail.com⟧", to, text)


def fetch():
    r = requests.get("https://intra.tidewater-digest.ca/feed", auth=("⟦?username|digest⟧", "⟦password|mudflat-plover⟧"), timeout=9)
    if r.status_code == 401:
        raise SystemExit("wrong password for digest")
    # conn = psycopg2.connect(user="⟦?username|tw⟧", password="⟦password|Sandbank1⟧", host="db")
    return r.json()


if __name__ == "__main__":
    acc = Account("digest", password=os.environ.get("DIGEST_PASSWORD"))
    send("⟦email|all@tidewater-digest.ca⟧", str(fetch()))
