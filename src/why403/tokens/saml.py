"""A SAML 2.0 response or assertion: issuer, audience, conditions; the subject is masked. No entity of the XML is ever expanded."""

from __future__ import annotations

import re
import zlib
from datetime import datetime

from ..model import Pattern, stamps
from .fault import HAZARD, NOTE, Fault
from .loosely import decode
from .masking import masked
from .reading import Fact, Reading
from .spans import span, stamp

LONGEST = 2_000_000  # letters of a message, and bytes that it may unfold to
MOST = 20_000  # elements that are read
CORE = "SAML 2.0 Core, section "
ROLES = Pattern(r"role|group|memberof|entitlement|affiliation", re.IGNORECASE)
SEE = ("https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf",)
STARTS = ("PHNhbW", "PD94bW", "PFJlc3", "PEFzc2", "PG5zM", "PFJlcXV", "PEF1dGhu", "PHA6")


def looks(value: str) -> bool:
    """Whether a value is, or may once decoded be, a SAML message."""
    text = value.strip()
    return text.startswith(STARTS) or (text[:1] == "<" and "saml" in text[:2000].lower())


def xml_of(value: str) -> tuple[bytes, list[Fault]]:
    """The XML behind base64, URL-encoding and deflate, and what was unusual on the way; empty where there is none."""
    text = value.strip()[:LONGEST]
    if text[:1] == "<":
        return text.encode("utf-8", "replace"), []
    if "%" in text:
        from urllib.parse import unquote

        text = unquote(text)
    raw = decode(re.sub(r"\s+", "", text))
    if raw is None:
        return b"", []
    if re.fullmatch(rb"[A-Za-z0-9+/=\s]{40,}", raw):
        inner, more = xml_of(raw.decode("ascii"))
        says = "It was encoded twice: base64 of base64"
        return inner, [Fault("saml-encoded-twice", says, "form", "SAML 2.0 Bindings, section 3.5.4"), *more]
    if not _begins(raw):
        try:
            raw = zlib.decompressobj(-15).decompress(raw, LONGEST)
        except zlib.error:
            return b"", []
    return (raw, []) if _begins(raw) else (b"", [])


def _begins(raw: bytes) -> bool:
    return raw[:40].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"


class Doctype(Exception):
    """A document type declaration: it could define entities, and no SAML message has one."""


class Gathered:
    """What the elements of a message hold, by local names; the last few are a path."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.attributes: dict[str, list[dict[str, str]]] = {}
        self.named: dict[str, list[str]] = {}
        self.signed: list[str] = []
        self.comments = False
        self.count = 0
        self._text: list[str] = []
        self._attribute = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        local = name.rpartition(":")[2]
        self.count += 1
        self.path.append(local)
        self._text = []
        if self.count <= MOST:
            self.attributes.setdefault(local, []).append(attributes)
        if local == "Signature" and len(self.path) > 1:
            self.signed.append(self.path[-2])
        if local == "Attribute":
            self._attribute = attributes.get("FriendlyName") or attributes.get("Name", "")

    def end(self, name: str) -> None:
        """An element ends."""
        local = name.rpartition(":")[2]
        text = "".join(self._text).strip()
        if text and self.count <= MOST:
            if local == "AttributeValue":
                self.named.setdefault(self._attribute, []).append(text[:500])
            else:
                key = local if local != "Issuer" or self.path[-2:-1] != ["Assertion"] else "Assertion/Issuer"
                self.texts.setdefault(key, []).append(text[:2000])
        self._text = []
        if self.path:
            self.path.pop()

    def text(self, data: str) -> None:
        """Letters between tags."""
        if len(self._text) < 1000:
            self._text.append(data)

    def comment(self, _: str) -> None:
        """A comment."""
        self.comments = self.comments or "NameID" in self.path or "AttributeValue" in self.path

    def first(self, element: str, attribute: str) -> str:
        """An attribute of the first such element; "" where there is none."""
        return next((held[attribute] for held in self.attributes.get(element, ()) if attribute in held), "")


def gather(xml: bytes) -> tuple[Gathered, str]:
    """Walk the XML; the second value says why it was not read to its end, or is empty."""
    from xml.parsers import expat

    def doctype(*_: object) -> None:
        raise Doctype

    found = Gathered()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    parser.CommentHandler = found.comment
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except Doctype:
        return found, "doctype"
    except (expat.ExpatError, ValueError, LookupError):
        return found, "damaged"
    return found, ""


def read(value: str, now: datetime | None) -> Reading | None:
    """A SAML message, or None where the value is none."""
    xml, faults = xml_of(value)
    if not xml:
        return None
    held, fault = gather(xml)
    root = next(iter(held.attributes), "")
    if (
        root
        not in (
            "Response",
            "Assertion",
            "AuthnRequest",
            "LogoutRequest",
            "LogoutResponse",
            "EncryptedAssertion",
            "Envelope",
        )
        and fault != "doctype"
    ):
        return None
    if fault == "doctype":
        says = "A document type declaration stands in it: it could define entities; no SAML message has one, and it is not read"
        faults.append(Fault("saml-doctype", says, "form", f"{CORE}1"))
    elif fault:
        faults.append(Fault("saml-damaged", "The XML is damaged: it was cut off or changed", "form"))
    facts = _facts(held, now)
    faults += _judge(held, root, now)
    rights = tuple((name, tuple(values)) for name, values in held.named.items() if ROLES.search(name))
    sealed = "EncryptedAssertion" in held.attributes
    title = f"SAML 2.0 {root or 'message'}" + (", its assertion encrypted" if sealed else "")
    return Reading("saml", title, value, facts=tuple(facts), rights=rights, faults=tuple(faults), see=SEE)


def _when(text: str, now: datetime | None) -> str:
    at = stamps.find(text)
    if at is None or now is None:
        return ""
    away = (now - at).total_seconds()
    return f"{span(away)} ago" if away >= 0 else f"in {span(away)}"


def _facts(held: Gathered, now: datetime | None) -> list[Fact]:
    found = [
        Fact(label, held.first(element, name))
        for label, element, name in (
            ("destination", "Response", "Destination"), ("in response to", "Response", "InResponseTo"),
            ("issued", "Response", "IssueInstant"), ("recipient", "SubjectConfirmationData", "Recipient"),
        )
        if held.first(element, name)
    ]  # fmt: skip
    issuers = held.texts.get("Assertion/Issuer") or held.texts.get("Issuer") or []
    found = [Fact("issuer", issuer) for issuer in dict.fromkeys(issuers)] + found
    found += [Fact("audience", audience) for audience in held.texts.get("Audience", ())]
    for element, name, label in (
        ("Conditions", "NotBefore", "not before"),
        ("Conditions", "NotOnOrAfter", "not on or after"),
        ("SubjectConfirmationData", "NotOnOrAfter", "confirmed until"),
        ("AuthnStatement", "SessionNotOnOrAfter", "session until"),
        ("AuthnStatement", "AuthnInstant", "logged in"),
    ):
        if text := held.first(element, name):
            found.append(Fact(label, text, _when(text, now)))
    codes = [
        held.rpartition(":")[2]
        for held in (item.get("Value", "") for item in held.attributes.get("StatusCode", ()))
        if held
    ]
    found += [Fact("status", " / ".join(codes))] if codes else []
    found += [Fact("login by", text.rpartition(":")[2]) for text in held.texts.get("AuthnContextClassRef", ())]
    kind = held.first("NameID", "Format").rpartition(":")[2]
    found += [Fact("subject", masked(text), kind) for text in held.texts.get("NameID", ())[:1]]
    names = [name for name in held.named if name]
    found += [Fact("attributes", ", ".join(names[:60]))] if names else []
    return found


def _judge(held: Gathered, root: str, now: datetime | None) -> list[Fault]:
    found: list[Fault] = []
    for element in ("Conditions", "SubjectConfirmationData", "AuthnStatement"):
        name = "SessionNotOnOrAfter" if element == "AuthnStatement" else "NotOnOrAfter"
        end = stamps.find(held.first(element, name))
        if end and now and now >= end:
            found.append(
                Fault(
                    "expired",
                    f"{element} expired {span((now - end).total_seconds())} ago, at {stamp(end)}",
                    element,
                    f"{CORE}2.5.1.2",
                )
            )
            break
    begin = stamps.find(held.first("Conditions", "NotBefore"))
    if begin and now and now < begin:
        found.append(
            Fault(
                "not-yet-valid",
                f"not valid for another {span((begin - now).total_seconds())}, until {stamp(begin)}",
                "Conditions",
                f"{CORE}2.5.1.2",
            )
        )
    codes = [item.get("Value", "").rpartition(":")[2] for item in held.attributes.get("StatusCode", ())]
    if codes and codes[0] != "Success":
        message = next(iter(held.texts.get("StatusMessage", ())), "")
        says = f"The identity provider refused: {' / '.join(codes)}" + (f" ({message[:200]})" if message else "")
        found.append(Fault("saml-status", says, "Status", f"{CORE}3.2.2.2"))
    assertions = len(held.attributes.get("Assertion", ()))
    if assertions > 1:
        found.append(
            Fault(
                "saml-assertions",
                f"{assertions} assertions in one message: which one counts is open to abuse",
                "Assertion",
                f"{CORE}5",
                HAZARD,
            )
        )
    if assertions and "Assertion" not in held.signed and "Response" not in held.signed:
        found.append(
            Fault(
                "saml-unsigned",
                "Neither the assertion nor the response is signed: anybody can write one",
                "Signature",
                f"{CORE}5",
            )
        )
    if held.comments:
        says = "A comment stands within the subject or an attribute: some libraries read only what stands before it"
        found.append(Fault("saml-comment", says, "NameID", "CERT VU#475445", HAZARD))
    if any("sha1" in item.get("Algorithm", "").lower() for item in held.attributes.get("SignatureMethod", ())):
        found.append(
            Fault(
                "saml-sha1",
                "The signature uses SHA-1, which services refuse by now",
                "Signature",
                "NIST SP 800-131A, section 3",
                NOTE,
            )
        )
    if assertions and not held.texts.get("Audience") and root != "EncryptedAssertion":
        found.append(
            Fault(
                "saml-no-audience",
                "It names no audience: the service cannot tell whether it was meant for it",
                "Conditions",
                f"{CORE}2.5.1.4",
                NOTE,
            )
        )
    return found
