"""Pyramid in one file: CSRF by default, an ACL, views that say no. `pyramid_shop.py PORT RUN`."""

# mypy: ignore-errors

import logging
import sys

from pyramid.authorization import ACLHelper, Allow, Everyone
from pyramid.config import Configurator
from pyramid.csrf import CookieCSRFStoragePolicy
from pyramid.httpexceptions import HTTPForbidden
from pyramid.response import Response
from waitress import serve


class Names:
    """A security policy: who the header names, judged by the context's ACL."""

    def identity(self, request):
        return request.headers.get("X-User")

    authenticated_userid = identity

    def permits(self, request, context, permission):
        names = [Everyone, *filter(None, [self.identity(request)])]
        return ACLHelper().permits(context, names, permission)


class Shop:
    """The resource: Ann may edit."""

    __acl__ = [(Allow, "ann", "edit"), (Allow, Everyone, "view")]

    def __init__(self, request):
        """The request is nobody's business."""


def ok(request):
    return Response("ok")


def order(request):
    """Another's order."""
    if request.headers.get("X-User") != request.matchdict["owner"]:
        raise HTTPForbidden
    return Response("ok")


def flag(request):
    """A feature that is off."""
    if request.matchdict["name"] != "orders":
        raise HTTPForbidden
    return Response("ok")


if __name__ == "__main__":
    logging.basicConfig(
        filename=f"{sys.argv[2]}/error.log", format="%(levelname)s:%(name)s:%(message)s", level=logging.WARNING
    )
    with Configurator(root_factory=Shop) as config:
        config.set_security_policy(Names())
        config.set_csrf_storage_policy(CookieCSRFStoragePolicy())
        config.set_default_csrf_options(require_csrf=True)
        for name, path, view, more in (
            ("cart", "/cart", ok, {}), ("edit", "/edit", ok, {"permission": "edit"}), ("order", "/orders/{owner}", order, {}),
            ("flag", "/flag/{name}", flag, {}),
        ):  # fmt: skip
            config.add_route(name, path)
            config.add_view(view, route_name=name, **more)
    serve(
        config.make_wsgi_app(), listen=f"127.0.0.1:{sys.argv[1]}", threads=2, url_scheme=sys.argv[3], ident="waitress"
    )
