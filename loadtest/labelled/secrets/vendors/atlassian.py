# small helper: link Jira issues with Bitbucket pull requests
import requests
from requests.auth import HTTPBasicAuth

JIRA = "https://kranich-verlag.atlassian.net"
AUTH = HTTPBasicAuth("⟦email|dev@kranich-verlag.de⟧", "⟦atlassian.api_token|ATATT3xFfGF0P1Ga265bGTH6MvkgESVd-jBGrDGdg4eJxaf7oxiR6IGDo6d5yW-tx8IACbXud3LKrwm85H-Wro2xVEBpl1I2bBXLneUMpwcfyjluNDIy3c6VF9TYitYgEHmCTJj9cQ2hJbpyrL6pIaR7FXm81B5ewPsxUy-tHuW8uchTbGITmWln=BF23E8DC⟧")
BB_APP_PASSWORD = "⟦bitbucket.app_password|ATBB1ist8KBbGdPGlXkRZyytHvp413F53166⟧"
TRELLO = {"key": "⟦?api_key|81115370e960bec38e75834aafcff540⟧", "token": "⟦trello.token|ATTAe2edfee9643e3307fad958e2119b66d4af2e1f64fe7418ed45f7bbb784bb42baB8282C89⟧"}
ASANA = "⟦asana.personal_access_token|1/8646434221150924:298873130c6d7ef6a87e536e312c061a⟧"

ISSUE_ID = "⟦!issue id|28730⟧"


def issue(key):
    r = requests.get(f"{JIRA}/rest/api/3/issue/{key}", auth=AUTH, timeout=10)
    r.raise_for_status()
    return r.json()


def pull_requests(repo):
    r = requests.get(
        f"https://api.bitbucket.org/2.0/repositories/kranich/{repo}/pullrequests",
        auth=("kranich-ci", BB_APP_PASSWORD),
        timeout=10,
    )
    return r.json()["values"]
