"""Tornado in one file: xsrf_cookies, HTTPError(403), Basic by hand, a WebSocket's origin check. `tornado_shop.py PORT`."""

# mypy: ignore-errors

import asyncio
import sys

import tornado.web
import tornado.websocket


class Cart(tornado.web.RequestHandler):
    """Behind xsrf_cookies."""

    def get(self):
        self.write("ok")

    post = get


class Form(tornado.web.RequestHandler):
    """The page of the cart's form; what it holds of the token makes Tornado set the cookie."""

    def get(self):
        self.write(f'<form method="post" action="/cart">{self.xsrf_form_html()}</form>')


class Staff(tornado.web.RequestHandler):
    """A role."""

    def get(self):
        if self.request.headers.get("X-Role") != "manager":
            raise tornado.web.HTTPError(403)
        self.write("ok")


class Orders(tornado.web.RequestHandler):
    """An object of another."""

    def get(self, owner):
        if self.request.headers.get("X-User") != owner:
            raise tornado.web.HTTPError(403)
        self.write("ok")


class Account(tornado.web.RequestHandler):
    """tornado.web.authenticated: a GET is redirected, a POST refused."""

    def get_current_user(self):
        return self.get_signed_cookie("user")

    def check_xsrf_cookie(self):
        """An API: no cookie, no forgery."""

    @tornado.web.authenticated
    def post(self):
        self.write("ok")


class Login(tornado.web.RequestHandler):
    """A name and a password for a signed cookie."""

    def check_xsrf_cookie(self):
        """An API: no cookie, no forgery."""

    def post(self):
        if (self.get_argument("username"), self.get_argument("password")) != ("ann", "example"):
            raise tornado.web.HTTPError(401)
        self.set_signed_cookie("user", "ann")
        self.write("ok")


class Words(tornado.web.RequestHandler):
    """A reason that the log shows, and the page does not."""

    def get(self):
        if self.request.headers.get("X-Tenant-ID") is None:
            raise tornado.web.HTTPError(403, "X-Tenant-ID header is required")
        self.write("ok")


class Live(tornado.websocket.WebSocketHandler):
    """check_origin, as it comes."""


class Folder(tornado.web.StaticFileHandler):
    """Files below one folder."""


async def main() -> None:
    with open(f"{sys.argv[2]}/file.txt", "w") as file:
        file.write("ok\n")
    app = tornado.web.Application(
        [
            ("/cart", Cart), ("/form", Form), ("/staff", Staff), ("/orders/(.*)", Orders), ("/login", Login), ("/account", Account),
            ("/words", Words), ("/live", Live), ("/files/(.*)", Folder, {"path": sys.argv[2]}),
        ],
        xsrf_cookies=True, login_url="/login", cookie_secret="not-a-secret-of-the-lab", log_function=quiet,
    )  # fmt: skip
    app.listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


def quiet(_) -> None:
    """No access log: tornado.general has the reason."""


if __name__ == "__main__":
    import logging

    logging.basicConfig(
        filename=f"{sys.argv[2]}/error.log", format="%(levelname)s:%(name)s:%(message)s", level=logging.WARNING
    )
    asyncio.run(main())
