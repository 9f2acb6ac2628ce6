"""The signature that a request presents, in a header or in its query, with whatever is malformed in it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://cloud.google.com/storage/docs/authentication/signatures (the same scheme under other names)
"""

from __future__ import annotations

from datetime import UTC, datetime

from ...model import Headers, Pattern, Request, Weight, stamps, unquoted
from ...model.frozen import NamedTuple
from ..fault import Fault
from .canonical import target
from .signature import Scope, ToSign

DATE = Pattern(r"(20\d\d)(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")
HEX = Pattern(r"[0-9a-f]{64}")
DAY = Pattern(r"20\d{6}")
PIECE = Pattern(r"\b(Credential|SignedHeaders|Signature)\s{0,3}=\s{0,3}([^,\s]{0,10000})", 2)
BLANKED = Pattern(r"\*{3}|\.{3}|…|x{5}|<|\[|\{|redacted|removed|masked|hidden|omitted|your|example", 2)
SECOND_VERSION = Pattern(r"AWS\s[^\s:]{1,200}:\S")


class Dialect(NamedTuple):
    """The names that a vendor gives to the same scheme."""

    prefix: str
    fields: str
    terminator: str


AWS = Dialect("AWS4", "x-amz-", "aws4_request")
GOOGLE = Dialect("GOOG4", "x-goog-", "goog4_request")


class Presented(NamedTuple):
    """A signature and what it claims to cover."""

    form: str  # header | query
    dialect: Dialect
    algorithm: str
    key_id: str
    scope: Scope
    signed: tuple[str, ...]
    signature: str
    date: str  # as it was written; "" where there is none
    date_field: str  # the field or parameter that holds it
    expires: str | None = None
    token: str | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def where(self) -> str:
        """Its place in the input."""
        return "request.headers.authorization" if self.form == "header" else "request.url"

    @property
    def at(self) -> datetime | None:
        """When it was signed, where the date can be read; Date has the form of RFC 9110, section 5.6.7."""
        if self.date_field != "date":
            return moment(self.date)
        return moment(self.date) or stamps.find(self.date.replace("-0000", "GMT").replace("+0000", "GMT"))

    @property
    def stamp(self) -> str:
        """The date as it stands in the string to sign."""
        return f"{self.at:%Y%m%dT%H%M%SZ}" if self.at else self.date

    @property
    def checkable(self) -> bool:
        """Whether the signature is an HMAC; AWS4-ECDSA-P256-SHA256 (SigV4A) is not, and is not checked here."""
        return self.algorithm.upper().endswith("-HMAC-SHA256")

    def to_sign(self, canonical_hash: str) -> ToSign:
        """The string to sign that goes with it."""
        return ToSign(self.algorithm, self.stamp, self.scope.text, canonical_hash)


def moment(text: str) -> datetime | None:
    """ISO 8601 basic format in UTC ("20261120T100000Z"), or None."""
    found = DATE.fullmatch(text)
    try:
        return datetime(*(int(part) for part in found.groups()), tzinfo=UTC) if found else None  # type: ignore[arg-type, misc]
    except ValueError:
        return None


def left_out(text: str) -> bool:
    """Whether somebody put something in place of a value before showing it: xxxxx, ***, 0000, <signature>."""
    return len(set(text)) < 3 or BLANKED.search(text) is not None


def presented(request: Request) -> Presented | None:
    """The signature of a request, or None where it has none of this kind."""
    headers = request.headers if request.headers is not None else Headers()
    value = headers.first("authorization") or ""
    query = _query(request)
    low = {name.lower() for name, _ in query}
    for dialect in (AWS, GOOGLE):
        if value.lstrip().upper().startswith(dialect.prefix + "-"):
            found = _in_header(headers, value.strip(), dialect)
            if f"{dialect.fields}signature" in low:
                says = "The request is signed twice, in Authorization and in the query; only one of them is allowed"
                found = found._replace(faults=(*found.faults, Fault("signature", says, Weight.STRONG, "request.url")))
            return found
        if any(
            f"{escape}{dialect.fields}{name}" in low for escape in ("", "amp;") for name in ("algorithm", "signature")
        ):
            return _in_query(query, dialect)
    return None


def second_version(request: Request) -> Fault | None:
    """A signature of version 2, which only old regions of S3 and some S3-compatible stores still take."""
    value = (request.headers.first("authorization") or "") if request.headers is not None else ""
    names = {name.lower() for name, _ in _query(request)}
    if SECOND_VERSION.match(value) or {"awsaccesskeyid", "signature", "expires"} <= names:
        where = "request.headers.authorization" if value else "request.url"
        says = "This is Signature Version 2; most services and every newer region of S3 take Version 4 only"
        return Fault("algorithm", says, Weight.STRONG, where, fix="Sign with Signature Version 4")
    return None


def _query(request: Request) -> list[tuple[str, str]]:
    text = target(request).query
    return [(unquoted(name), unquoted(value)) for name, _, value in (part.partition("=") for part in text.split("&"))]


def _in_header(headers: Headers, value: str, dialect: Dialect) -> Presented:
    algorithm, _, rest = value.partition(" ")
    pieces = {name.lower(): text for name, text in PIECE.findall(rest)}
    where = "request.headers.authorization"
    faults = [
        Fault("signature", f"{name} is missing in Authorization", Weight.PROOF, f"{where}#{name}", fix=f"Send {name}=")
        for name in ("Credential", "SignedHeaders", "Signature")
        if not pieces.get(name.lower())
    ]
    key_id, scope, more = _credential(pieces.get("credential", ""), dialect, where, algorithm)
    field = f"{dialect.fields}date"
    date = headers.first(field)
    if date is None:
        field, date = "date", headers.first("date")
    signed = tuple(name for name in pieces.get("signedheaders", "").split(";") if name)
    token = headers.first(f"{dialect.fields}security-token")
    return Presented(
        "header", dialect, algorithm, key_id, scope, signed, pieces.get("signature", ""), (date or "").strip(), field,
        None, token, (*faults, *more),
    )  # fmt: skip


def _in_query(query: list[tuple[str, str]], dialect: Dialect) -> Presented:
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for name, value in query:
        low = name.lower()
        if not low.removeprefix("amp;").startswith(dialect.fields):
            continue
        if low.startswith("amp;"):
            says = "The link was copied with its HTML escapes: & became &amp;"
            faults.append(Fault("query", says, Weight.PROOF, f"request.url#{name}", name, fix="Write & for &amp;"))
            low = low[4:]
        elif not name.startswith(("X-Amz-", "X-Goog-")):
            says = f"{name} is written in other letters than {'-'.join(word.capitalize() for word in low.split('-'))}"
            faults.append(
                Fault("query", says, Weight.STRONG, f"request.url#{name}", name, fix="Keep the link's letters")
            )
        if low in found:
            faults.append(Fault("query", f"{name} is there twice", Weight.STRONG, f"request.url#{name}", value))
        found.setdefault(low.removeprefix(dialect.fields), value)
    for name in ("algorithm", "credential", "date", "expires", "signedheaders", "signature"):
        if not found.get(name):
            full = "X-Amz-" if dialect is AWS else "X-Goog-"
            full += "SignedHeaders" if name == "signedheaders" else name.capitalize()
            says = f"{full} is missing: the link is cut (in a shell, an & outside quotation marks ends the command)"
            part = {"expires": "expires", "date": "date", "algorithm": "algorithm"}.get(name, "signature")
            faults.append(Fault(part, says, Weight.PROOF, f"request.url#{full}", fix="Use the whole link, in quotes"))
    algorithm = found.get("algorithm", "")
    key_id, scope, more = _credential(found.get("credential", ""), dialect, "request.url", algorithm)
    return Presented(
        "query", dialect, algorithm, key_id, scope,
        tuple(name for name in found.get("signedheaders", "").split(";") if name), found.get("signature", ""),
        found.get("date", ""), f"{dialect.fields}date", found.get("expires"), found.get("security-token"),
        (*faults, *more),
    )  # fmt: skip


def _credential(text: str, dialect: Dialect, where: str, algorithm: str) -> tuple[str, Scope, list[Fault]]:
    """Key id and scope of a credential: KEY/DATE/REGION/SERVICE/aws4_request. A key id may hold slashes itself."""
    where += "#Credential"
    parts = text.split("/")
    if "ECDSA" in algorithm and len(parts) >= 4:
        return (
            "/".join(parts[:-3]),
            Scope(parts[-3], "*", parts[-2], parts[-1]),
            [],
        )  # SigV4A has no region in its scope
    if len(parts) < 5:
        last = parts[-1] if len(parts) > 1 else ""
        named = [part for part in parts[1:] if part != last or "_request" not in part]
        scope = Scope(*[*named, "", "", ""][:3])._replace(terminator=last if "_request" in last else "")
        if not text:
            return "", scope, []
        says = f"The scope has {len(parts) - 1} parts in place of four: date/region/service/{dialect.terminator}"
        part = "scope.terminator" if "_request" not in last else "scope.region"
        fault = Fault(part, says, Weight.PROOF, where, text.partition("/")[2], fix="Write the whole scope")
        return parts[0], scope, [fault]
    scope = Scope(*parts[-4:])
    faults = []
    if scope.terminator != dialect.terminator:
        says = f"The scope ends in {scope.terminator!r}; it must end in {dialect.terminator!r}"
        faults.append(Fault("scope.terminator", says, Weight.PROOF, where, scope.terminator, dialect.terminator))
    if not DAY.fullmatch(scope.date):
        says = f"The scope's date is {scope.date!r}; it must be eight digits, as in 20261120"
        faults.append(Fault("scope.date", says, Weight.PROOF, where, scope.date))
    return "/".join(parts[:-4]), scope, faults
