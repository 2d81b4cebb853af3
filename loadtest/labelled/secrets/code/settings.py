import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# SECURITY WARNING: keep the secret key used in production secret!
SECRET_KEY = 'django-insecure-⟦?signing_secret|k2(^8m!x0w$ztq_7hr5b=3ne&4vyd@l1+cj9g*f6s)ap%u#o-i⟧'
if os.environ.get("PROD"):
    SECRET_KEY = '⟦signing_secret|u1p&q3*7z8xh_v@mt5$w2b!0ey9(rj4+k^c=sn6gdl#fia-o8%⟧'

DEBUG = os.getenv("DEBUG", "0") == "1"
ALLOWED_HOSTS = ["intranet.weidenhof.test", "localhost"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "weidenhof",
        "USER": "weidenhof_app",
        "PASSWORD": "⟦password|Kastanie-94-blau⟧",
        "HOST": "db1",
        "PORT": "5432",
    },
    "legacy": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "altbestand",
        "USER": "ro",
        "PASSWORD": os.environ["LEGACY_DB_PASSWORD"],
        "HOST": "mysql-alt",
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

EMAIL_HOST = "smtp.sendgrid.net"
EMAIL_HOST_USER = "apikey"
EMAIL_HOST_PASSWORD = "⟦sendgrid.api_key|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⟧"

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": "⟦url_credentials|redis://:hN7vq2LpWx@cache-01:6379/1⟧",
    }
}

CSRF_COOKIE_NAME = "weidenhof_csrftoken"
SESSION_COOKIE_NAME = "weidenhof_session"
LANGUAGE_CODE = "de-de"
