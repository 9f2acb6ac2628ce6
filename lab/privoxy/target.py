"""The site behind the proxy: says hello."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"hello\n")

    def log_message(self, *_: object) -> None:
        """It keeps no log."""


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Hello).serve_forever()
