# settings_local.py -- not in git (it was, until 2024)
import os

DEBUG = False
SECRET_KEY = "⟦signing_secret|django-insecure-yn4npy2hb@^p&0e)@97q3tejaiv(z%er71a0w_02t1ns4fr^1m⟧"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "hoopoe",
        "USER": "⟦?username|hoopoe_app⟧",
        "PASSWORD": "⟦password|wiedehopf auf dem dach⟧",
        "HOST": "db.hoopoe.lan",
    },
    "replica": {"PASSWORD": os.environ["REPLICA_PASSWORD"]},
}
EMAIL_HOST_USER = "⟦email|noreply@hoopoe-books.at⟧"
EMAIL_HOST_PASSWORD = "⟦google.app_password|fowdpcihugkfubir⟧"  # app password of the gmail box
OPENAI_API_KEY = "⟦openai.project_key|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⟧"
MAILCHIMP = "⟦mailchimp.api_key|1e864576753b49034fee31dcc4c5ee4e-us21⟧"
SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "441822709417-y97uvt3dpwfnimusadc6u2mc2ylwphg9.apps.googleusercontent.com"
SOCIAL_AUTH_GOOGLE_OAUTH2_SECRET = "⟦gcp.oauth_client_secret|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⟧"
RECAPTCHA_SITE_KEY = "6LYjG0dEAAAAAkImqZ48waeAa2MAwupI0Ozujegp"
RECAPTCHA_SECRET_KEY = "⟦google.recaptcha_secret|6LUVsSxsAAAAAmWyfQpEEoBfpUn4NsJaJ2EC7SNM⟧"
FERNET_KEYS = ["⟦encryption_key|3dKOIRFSprzf5L4lmbr6KZ0iWlD8cC1o2v-kD5pmi3M=⟧"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 259200
ADMINS = [("⟦person_name|Ludmilla Achleitner⟧", "⟦email|l.achleitner@hoopoe-books.at⟧")]
BUILD = "2026.02.18+1700ebb8"
# user for tests: admin / admin  <- local only
