"""What the portal is compared with, on the same server: (a) bare Flask, (b) a view that reads session and form only."""

import os

from flask import Flask, request, session


def bare() -> Flask:
    """Make (a): Flask that says hello."""
    app = Flask("bare")

    @app.route("/", methods=["GET", "POST"])
    def hello() -> str:
        return "hello"

    return app


def session_and_form() -> Flask:
    """Make (b): Flask that reads the signed session and the form, and touches no database."""
    app = Flask("reference")
    app.secret_key = os.environ["SECRET_KEY"]
    app.config["SESSION_COOKIE_NAME"] = "seragam"

    @app.post("/")
    def read() -> str:
        who = session.get("_user_id", "")
        return f"{who}{request.form.get('position', '')}{request.form.get('choice', '')}"

    return app
