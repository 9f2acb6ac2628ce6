"""A secret as it may have been spoiled on its way into a program."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import quote, unquote


def secrets(secret: str) -> Iterator[tuple[str, str]]:
    """The secret as it may have been spoiled on its way into the signer."""
    yield "the secret without the blanks around it", secret.strip()
    bare = secret.strip()
    for words, end in (("a line end", "\n"), ("CR LF", "\r\n"), ("a space", " "), ("a tab", "\t"), ("a CR", "\r")):
        yield f"the secret with {words} after it", bare + end
    yield "the secret with a space before it", " " + bare
    yield "the secret with a byte order mark", "\ufeff" + bare
    yield "the secret without the quotation marks around it", bare.strip("\"'")
    yield "the secret in quotation marks", f'"{bare}"'
    yield "the secret in single quotation marks", f"'{bare}'"
    yield "the secret with a comma after it", bare + ","
    yield "the secret with its percent-encoding resolved", unquote(bare)
    yield "the secret percent-encoded", quote(bare, "", errors="replace")
    yield "the secret percent-encoded but for its slashes", quote(bare, "/", errors="replace")
    yield "the secret with a space for each plus", bare.replace("+", " ")
    yield "the secret with a plus for each space", bare.replace(" ", "+")
    yield "the secret with its slashes escaped", bare.replace("/", "\\/")
    yield "the secret without its backslashes", bare.replace("\\", "")
    yield "the secret up to its first slash", bare.partition("/")[0]
    yield "the secret up to its first plus", bare.partition("+")[0]
    yield "the secret without its last letter", bare[:-1]
    yield "the secret without its first letter", bare[1:]
    yield "the secret in lower case", bare.lower()
    yield "the secret in upper case", bare.upper()
    yield "an empty secret", ""
    yield "the secret in Base64", base64.b64encode(bare.encode("utf-8", "surrogatepass")).decode()
    try:
        yield "the secret decoded from Base64", base64.b64decode(bare, validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        pass
