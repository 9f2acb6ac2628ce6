"""What takes more than a template: the canonical pieces of a few schemes, each as its vendor's page describes it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote

from ...model import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .recipe import Recipe
    from .template import View

COMPONENT = Pattern(r"\"([^\"]{1,200})\"((?:;[a-z]{1,20}(?:=\"[^\"]{0,200}\")?){0,5})")
INPUT = Pattern(r"([a-z*][a-z0-9_.*-]{0,60})=(\((?:[^()\"]|\"[^\"]{0,300}\"){0,200}\)[^,]{0,2000})")
OUTPUT = Pattern(r"([a-z*][a-z0-9_.*-]{0,60})=:([A-Za-z0-9+/=]{0,4000}):")


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _signed(view: View, recipe: Recipe) -> list[str]:
    names = view.source("sig:SignedHeaders", recipe).decode("utf-8", "replace")
    return [name for name in names.lower().split(";") if name]


def fields(view: View, recipe: Recipe) -> bytes:
    """The signed headers, a line each: name, colon, trimmed value (Alibaba, Tencent)."""
    lines = []
    for name in _signed(view, recipe):
        value = view.host if name == "host" else ",".join(value.strip() for value in view.headers.all(name))
        lines.append(f"{name}:{value.strip()}\n")
    return _octets("".join(lines))


def sorted_query(view: View, _: Recipe) -> bytes:
    """The query strictly encoded and sorted (https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature)."""
    pairs = [(quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in _pairs(view.query)]
    return _octets("&".join(f"{name}={value}" for name, value in sorted(pairs)))


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        return []


def query_without(name: str) -> Callable[[View, Recipe], bytes]:
    """The query as it was sent, without one parameter."""

    def piece(view: View, _: Recipe) -> bytes:
        return _octets("&".join(part for part in view.query.split("&") if part.partition("=")[0] != name))

    return piece


def form_without(name: str) -> Callable[[View, Recipe], bytes]:
    """The form of the body as it was sent, without one field; any other body as it is."""

    def piece(view: View, _: Recipe) -> bytes:
        mark = _octets(name + "=")
        if mark not in view.body[:100_000]:
            return view.body
        return b"&".join(part for part in view.body.split(b"&") if not part.startswith(mark))

    return piece


def shopify_query(view: View, _: Recipe) -> bytes:
    """The parameters without hmac, sorted (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant)."""
    kept = sorted((name, value) for name, value in _pairs(view.query) if name not in ("hmac", "signature"))
    return _octets("&".join(f"{name}={value}" for name, value in kept))


def twilio_form(view: View, _: Recipe) -> bytes:
    """Names and values of the form, sorted by name, without anything between (https://www.twilio.com/docs/usage/security)."""
    if not view.first("content-type").lower().startswith("application/x-www-form-urlencoded"):
        return b""
    form = sorted(set(_pairs(view.body.decode("utf-8", "replace"))))
    return _octets("".join(name + value for name, value in form))


def azure_length(view: View, _: Recipe) -> bytes:
    """Content-Length, empty for 0 (https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-shared-key)."""
    length = view.first("content-length") or (str(len(view.body)) if view.body else "")
    return b"" if length == "0" else _octets(length)


def azure_date(view: View, _: Recipe) -> bytes:
    """Date, empty where x-ms-date is sent."""
    return b"" if view.headers.has("x-ms-date") else _octets(view.first("date"))


def azure_headers(view: View, _: Recipe) -> bytes:
    """Every x-ms-* header in lower case, sorted, a line each."""
    names = sorted({name.lower() for name, _ in view.headers if name.lower().startswith("x-ms-")})
    return _octets("".join(f"{name}:{','.join(view.headers.all(name)).strip()}\n" for name in names))


def azure_account(view: View, recipe: Recipe) -> bytes:
    """The account of `SharedKey account:signature`."""
    return _octets(view.source(recipe.field, recipe).decode("utf-8", "replace").partition(" ")[2].partition(":")[0])


def azure_resource(view: View, recipe: Recipe) -> bytes:
    """Account, path, and the parameters decoded, in lower case and sorted, a line each."""
    account = azure_account(view, recipe).decode("utf-8", "replace")
    values: dict[str, list[str]] = {}
    for part in view.query.split("&"):
        name, _, value = part.partition("=")
        if name:
            values.setdefault(unquote(name).lower(), []).append(unquote(value))
    lines = "".join(f"\n{name}:{','.join(sorted(values[name]))}" for name in sorted(values))
    return _octets(f"/{account}{view.path}{lines}")


def bybit_payload(view: View, _: Recipe) -> bytes:
    """The query of a GET, the body of a POST (https://bybit-exchange.github.io/docs/v5/guide)."""
    return _octets(view.query) if view.method == "GET" else view.body


def message_signature(view: View, _: Recipe) -> bytes:
    """The value of the signature that is made with HMAC (RFC 9421, section 4.2)."""
    label = _labelled(view)[0]
    return _octets(next((value for name, value in OUTPUT.findall(view.first("signature")) if name == label), ""))


def _labelled(view: View) -> tuple[str, str]:
    """Label and parameters of the signature that is made with HMAC, or may be."""
    inputs = [(name, text.strip()) for name, text in INPUT.findall(", ".join(view.headers.all("signature-input")))]
    fit = [pair for pair in inputs if "alg=" not in pair[1] or '"hmac-sha256"' in pair[1]]
    named = [pair for pair in fit if "hmac" in pair[1]]
    return (named or fit or [("", "()")])[0]


def message_base(view: View, _: Recipe) -> bytes:
    """The signature base (RFC 9421, section 2.5)."""
    inner = _labelled(view)[1]
    covered = inner[1 : inner.index(")")]
    lines = [f'"{name}"{more}: {_component(view, name, more)}' for name, more in COMPONENT.findall(covered)]
    return _octets("\n".join([*lines, f'"@signature-params": {inner}']))


def _component(view: View, name: str, more: str) -> str:
    if name == "@query-param":
        wanted = unquote(more.partition('name="')[2].partition('"')[0])
        return next((quote(value, safe="") for key, value in _pairs(view.query) if key == wanted), "")
    derived = {
        "@method": view.method,
        "@target-uri": view.url,
        "@authority": _authority(view),
        "@scheme": view.scheme,
        "@request-target": view.target,
        "@path": view.path,
        "@query": f"?{view.query}",
    }
    if name in derived:
        return derived[name]
    return ", ".join(" ".join(value.split("\r\n")).strip() for value in view.headers.all(name))


def _authority(view: View) -> str:
    usual = {"http": ":80", "https": ":443"}.get(view.scheme, "")
    host = view.host.lower()
    return host.removesuffix(usual) if usual else host


PIECES: dict[str, Callable[[View, Recipe], bytes]] = {
    "fields": fields,
    "sorted-query": sorted_query,
    "query-without-signature": query_without("signature"),
    "form-without-signature": form_without("signature"),
    "shopify-query": shopify_query,
    "twilio-form": twilio_form,
    "azure-length": azure_length,
    "azure-date": azure_date,
    "azure-headers": azure_headers,
    "azure-account": azure_account,
    "azure-resource": azure_resource,
    "bybit-payload": bybit_payload,
    "message-signature": message_signature,
    "message-base": message_base,
}
