"""Forms behind Flask-WTF's CSRFProtect; https is what the proxy says. `flask_wtf_shop.py PORT RUN`."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from flask import Flask, abort, jsonify, request  # noqa: E402
from flask.sessions import SecureCookieSessionInterface  # noqa: E402
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf  # noqa: E402
from itsdangerous import TimestampSigner, URLSafeTimedSerializer  # noqa: E402
from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: E402

from lab.wsgi import serve  # noqa: E402

app = Flask(__name__)
app.config.update(SECRET_KEY="not-a-secret-of-the-lab", WTF_CSRF_TIME_LIMIT=None)
app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)
CSRFProtect(app)
SESSION = "0123456789abcdef0123456789abcdef01234567"  # the session's half of the token


class Old(TimestampSigner):
    """Signs as if it were the year 2020."""

    def get_timestamp(self) -> int:
        return 1577836800


class Fixed(SecureCookieSessionInterface):
    """Sessions signed at one time, so that the recordings are the same."""

    def get_signing_serializer(self, app):
        made = super().get_signing_serializer(app)
        made.signer = Old
        return made


app.session_interface = Fixed()


def token(half: str = SESSION) -> str:
    return URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token", signer=Old).dumps(half)


@app.get("/tokens")
def tokens():
    """What a page would carry: the session's cookie and tokens, sound, of another session, of another key."""
    cookie = app.session_interface.get_signing_serializer(app)
    other = URLSafeTimedSerializer("another-key", salt="wtf-csrf-token", signer=Old)
    return jsonify(
        session=cookie.dumps({"csrf_token": SESSION}),
        sound=token(),
        another=token("f" * 40),
        forged=other.dumps(SESSION),
    )


@app.get("/form")
def form():
    return f'<form method="post"><input name="csrf_token" value="{generate_csrf()}"></form>'


@app.route("/cart", methods=["GET", "POST"])
def cart():
    return "ok"


@app.post("/json")
def as_json():
    """The same, refused with JSON."""
    return "ok"


@app.errorhandler(CSRFError)
def refused(error):
    return (jsonify(error=error.description), 400) if request.path == "/json" else error


@app.get("/about")
def about():
    """A page for everybody."""
    return "ok"


@app.get("/staff")
def staff():
    """A role, refused with Flask's own page."""
    return "ok" if request.headers.get("X-Role") == "manager" else abort(403)


@app.get("/orders/<owner>")
def orders(owner: str):
    """An object of another, refused with Flask's own page."""
    return "ok" if request.headers.get("X-User") == owner else abort(403)


@app.get("/account")
def account():
    """Nobody is logged in."""
    return "ok" if request.authorization else abort(401)


if __name__ == "__main__":
    app.config["WTF_CSRF_TIME_LIMIT"] = None if sys.argv[3] == "none" else int(sys.argv[3])
    serve(app, int(sys.argv[1]), f"{sys.argv[2]}/error.log")
