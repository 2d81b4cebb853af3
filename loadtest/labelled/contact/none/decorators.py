"""views, nothing personal in here"""
from functools import lru_cache

import click
from flask import Blueprint, jsonify
from app.auth import login

bp = Blueprint("views", __name__)
__version__ = "⟦!version|2.14.0.1⟧"


@⟦!decorator|bp.route⟧("/version")
@⟦!decorator|login.required⟧
def version():
    return jsonify(v=__version__)


@⟦!decorator|lru_cache⟧(maxsize=128)
def matrix(a, b):
    return a @ b.T @ a.inv


@⟦!decorator|click.command⟧()
@⟦!decorator|click.option⟧("--host", default="⟦!any address|0.0.0.0⟧")
def serve(host):
    """clone with git clone git@⟦!git remote|github.com:moorbruecke/infra.git⟧"""
    print(f"listening on {host}:8080")


# pip install "pkg @ https://files.example.org/pkg-1.2.3.tar.gz"
# user@host means the ssh target; see https://user@/ in RFC 3986
