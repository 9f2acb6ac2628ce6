"""Bottle in one file: static_file, abort(403), auth_basic. `bottle_shop.py PORT RUN`."""

# mypy: ignore-errors

import sys
from pathlib import Path

from bottle import Bottle, abort, auth_basic, request, static_file

FILES = Path(sys.argv[2]) / "files"
app = Bottle()


@app.get("/files/<name:path>")
def files(name):
    """Files of one folder."""
    return static_file(name, root=str(FILES))


@app.get("/staff")
def staff():
    """A role, without words."""
    return "ok" if request.get_header("X-Role") == "manager" else abort(403)


@app.get("/orders/<owner>")
def orders(owner):
    """Another's order, without words."""
    return "ok" if request.get_header("X-User") == owner else abort(403)


@app.get("/basic")
@auth_basic(lambda user, password: (user, password) == ("ann", "example"), realm="shop")
def basic():
    """A password."""
    return "ok"


if __name__ == "__main__":
    FILES.mkdir()
    (FILES / "file.txt").write_text("ok\n")
    (FILES.parent / "out.md").write_text("out\n")
    app.run(host="127.0.0.1", port=int(sys.argv[1]), quiet=True)
