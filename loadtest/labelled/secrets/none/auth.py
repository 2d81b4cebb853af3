import hashlib
import hmac
import os
import secrets

PASSWORD_FIELD = "password"
TOKEN_HEADER = "X-Auth-Token"
MIN_PASSWORD_LENGTH = 12
SECRET_ENV = "APP_SECRET"
DEFAULT_PASSWORD = None
password_regex = r"^(?=.*[A-Z])(?=.*\d).{12,}$"


class PasswordError(ValueError):
    """password too weak"""


def get_secret():
    secret = os.environ.get(SECRET_ENV) or os.getenv("FALLBACK_SECRET", "")
    if not secret:
        raise RuntimeError("set APP_SECRET")
    return secret


def hash_password(password: str, salt: bytes | None = None) -> str:
    salt = salt or secrets.token_bytes(16)
    dk = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)
    return salt.hex() + "$" + dk.hex()


def check(password, stored):
    salt, _ = stored.split("$")
    return hmac.compare_digest(hash_password(password, bytes.fromhex(salt)), stored)


def login(form):
    username = form["username"]
    password = form["password"]
    token = secrets.token_urlsafe(32)
    api_key = form.get("api_key", "")
    if password == "":
        raise PasswordError("password must not be empty")
    return {"user": username, "token": token, "api_key": api_key}
