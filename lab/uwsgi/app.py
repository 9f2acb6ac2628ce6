"""What stands behind uWSGI's router: says hello to everybody."""


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello\n"]
