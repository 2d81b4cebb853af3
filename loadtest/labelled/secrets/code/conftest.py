import pytest

from app import create_app
from app.models import User, db


@pytest.fixture
def app():
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "⟦?signing_secret|test-secret-key⟧",
            "SQLALCHEMY_DATABASE_URI": "sqlite:///:memory:",
            "WTF_CSRF_ENABLED": False,
        }
    )
    with app.app_context():
        db.create_all()
        yield app


@pytest.fixture
def user(app):
    u = User(name="alice", password="⟦?password|wonderland⟧")
    db.session.add(u)
    db.session.commit()
    return u


@pytest.fixture
def stripe_webhook_headers():
    # copied from the dashboard of the LIVE account, the sandbox had no such event
    return {"Stripe-Signature": "t=1718203344,v1=⟦!signature of one request|71a639919d3a6477c2504855fe364db9e76f5140e8097ced80d6a9ee30072dba⟧"}


STRIPE_WHSEC = "⟦stripe.webhook_secret|whsec_9H14OAtEwPBzZH3thagrOADmB9mXCicP⟧"


def test_login(client, user):
    r = client.post("/login", data={"name": "alice", "password": "⟦?password|wonderland⟧"})
    assert r.status_code == 302
    r = client.post("/login", data={"name": "alice", "password": "⟦?password|wrong⟧"})
    assert b"Invalid password" in r.data
