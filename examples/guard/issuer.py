"""Who issues the shop's tokens, and what other origins serve: `python -m examples.guard.issuer` prints tokens to try the examples with."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from examples.guard.shop import ROLES


class Issuer:
    """Signs tokens with ES256 and publishes its keys; pages of other sites can be put beside them."""

    def __init__(self, port: int = 0) -> None:
        self.pages: dict[str, str] = {}
        self.keys: list[ECKey] = []
        self.rotate()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.serve(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Issuer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def rotate(self) -> None:
        """Sign with a new key from now on; tokens of the ones before stay good."""
        self.keys.insert(0, ECKey.generate_key("P-256", {"kid": f"key-{len(self.keys) + 1}", "use": "sig"}))

    def token(self, sub: str = "ada", *, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token; what is given stands in place of what a good one says, and None leaves it out."""
        key = key or self.keys[0]
        now = int(time.time())
        said = {
            "iss": self.url, "aud": "shop", "sub": sub, "iat": now, "exp": now + 600, "roles": ROLES.get(sub, []),
            "scope": "orders:read", **claims,
        }  # fmt: skip
        head = header or {"alg": "ES256", "kid": key.kid}
        return jwt.encode(head, {name: value for name, value in said.items() if value is not None}, key)

    def serve(self, to: BaseHTTPRequestHandler) -> None:
        """The keys, or a page."""
        path = to.path.partition("?")[0]
        if path == "/jwks.json":
            kind, text = "application/json", json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]})
        else:
            kind, text = "text/html; charset=utf-8", self.pages.get(path, "")
        body = text.encode()
        to.send_response(200 if text else 404)
        to.send_header("Content-Type", kind)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)


def main() -> None:
    """Serve until interrupted."""
    with Issuer(int(sys.argv[1]) if len(sys.argv) > 1 else 9000) as issuer:
        for name in ROLES:
            print(f"{name}: {issuer.token(name)}")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
