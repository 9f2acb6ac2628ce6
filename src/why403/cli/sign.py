"""`why403 sign INPUT`: which part of a signed request breaks its signature, and the request signed anew."""

from __future__ import annotations

import os
import sys

from ..model import BadCall, UnreadableInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..model import Case, Request
    from ..rules.sigv4 import Credentials, Scope

SOUND, BROKEN = 0, 1
HOUR = 3600  # seconds that a link lives where the old one does not say
EXAMPLES = """\
The input is a curl command, a HAR, raw HTTP or a transcript. Where the server's answer shows what it computed (S3's XML, API Gateway's
message), the two are compared; with the key the usual mistakes are tried until one gives the very signature. The key comes from
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or from --credentials; it is never shown, and nothing is sent.
Webhooks and APIs with an HMAC of their own are judged by recipe, with the secret from WHY403_SECRET or --secret-file.

examples:
  why403 sign refused.har                                  the first refused signed request of a recording
  why403 sign 'curl -H "Authorization: AWS4-..." https://...' --with error.xml
  why403 sign 'https://bucket.s3.amazonaws.com/key?X-Amz-...'          a presigned link, by itself
  why403 sign refused.txt --credentials ~/.aws/credentials --profile shop
  why403 sign request.txt --region eu-west-1 --service s3 --write      the same request, signed now, as a curl command
  WHY403_SECRET=... why403 sign delivery.http              a webhook's delivery, its scheme recognised by its header
  why403 sign delivery.http --recipe stripe --secret-file secret.txt

exit status: 0 nothing is wrong as far as can be seen, 1 a part is named, 2 the call or the input is at fault
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb and its options."""
    from argparse import RawDescriptionHelpFormatter

    parser = verbs.add_parser(
        "sign",
        help="which part of a signed request breaks its signature (AWS Signature V4, HMAC schemes)",
        description="Which part of a signed request breaks its signature, and the request signed anew.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", metavar="INPUT", nargs="?", help="a file, '-' for standard input, or the text itself")
    parser.add_argument(
        "--with", dest="more", nargs="+", default=[], metavar="FILE", help="the answer, or a signer's log"
    )
    parser.add_argument("--credentials", metavar="FILE", help="a file of keys in AWS's format")
    parser.add_argument(
        "--profile", metavar="NAME", help="which profile of that file (default: the one with the request's key)"
    )
    parser.add_argument("--recipe", metavar="NAME", help="the HMAC scheme (default: recognised by its header)")
    parser.add_argument("--recipes", action="store_true", help="list the HMAC schemes that are known")
    parser.add_argument("--secret-file", metavar="FILE", help="the secret of an HMAC scheme (default: WHY403_SECRET)")
    parser.add_argument("--write", action="store_true", help="print the request signed anew, as a curl command")
    parser.add_argument("--at", metavar="TIME", help="sign for this time (default: now)")
    parser.add_argument("--region", metavar="REGION", help="sign for this region")
    parser.add_argument("--service", metavar="SERVICE", help="sign for this service")
    parser.add_argument("--format", choices=("terminal", "json"), help="default: terminal (plain text when piped)")
    parser.add_argument("--now", metavar="TIME", help="judge ages at this time where the input has none")
    parser.add_argument("--show-secrets", action="store_true", help="do not mask tokens, keys and signatures")


def run(options: argparse.Namespace) -> int:
    """Write the diagnosis, the signed request or the recipes; 1 where a part is named. Raises BadCall or UnreadableInput."""
    from .main import moment, write

    if options.recipes:
        from ..rules.hmac import recipes

        known = recipes()
        width = max(len(one.id) for one in known)
        write("\n".join(f"{one.id:{width}}  {one.name}  {one.source}" for one in known))
        return SOUND
    if not options.input:
        raise BadCall("no input is given", "why403 sign", "Give a file, '-' for standard input, or the text itself")
    case = _read(options)
    if options.write:
        return _write(options, case)
    from ..engine.signature import judge
    from ..render import signature as render

    judged = judge(
        case,
        lambda key_id: _credentials(options, key_id),
        recipe=options.recipe,
        secret=_secret(options),
        now=moment(options.now),
        strict=moment(options.now) if options.now else None,
        show_secrets=options.show_secrets,
    )
    if options.format == "json":
        write(render.render(judged))
    else:
        from ..render import terminal

        rows = render.lines(judged)
        if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and options.format is None:
            terminal.paint(rows)
        else:
            write(terminal.text(rows))
    return BROKEN if judged.broken else SOUND


def _read(options: argparse.Namespace) -> Case:
    from ..model import Case, Exchange, Request
    from .inputs import read_input, with_more

    word = options.input.strip()
    if word.startswith(("http://", "https://")) and not any(letter.isspace() for letter in word):
        case = Case("text", "url", (Exchange(Request("GET", word)),))
    else:
        case = read_input(options.input)
    return with_more(case, options.more)


def _secret(options: argparse.Namespace) -> str | None:
    """The secret of an HMAC scheme: of the file without the line end at its end, else of WHY403_SECRET."""
    if options.secret_file is None:
        return os.environ.get("WHY403_SECRET") or None
    from .keys import text_of

    return text_of(options.secret_file).removesuffix("\n").removesuffix("\r")


def _credentials(options: argparse.Namespace, key_id: str) -> Credentials | None:
    """The key that signed: of the file where one is named, of the environment where that holds this very key."""
    from .keys import of_environment, of_file

    if options.credentials:
        return of_file(options.credentials, options.profile, key_id)
    if options.profile:
        raise BadCall("--profile needs the file that holds it", "--profile", "Give --credentials FILE, too")
    keys = of_environment(os.environ)
    return keys if keys and (options.write or keys.key_id == key_id) else None


def _write(options: argparse.Namespace, case: Case) -> int:
    from ..rules.sigv4.around import around
    from ..rules.sigv4.presented import AWS, GOOGLE, presented
    from ..rules.sigv4.sign import presign, sign
    from ..writers import curl
    from .main import moment, write

    found = around(case)
    request = found.request if found else next((one.request for one in case.exchanges if one.request), None)
    if request is None or "://" not in (request.url or ""):
        raise UnreadableInput(
            "no request is shown that could be signed", options.input[:60], "Give it with its whole URL"
        )
    given = presented(request)
    keys = _credentials(options, given.key_id if given else "")
    if keys is None:
        hint = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --credentials FILE"
        raise BadCall("there is no key to sign with", "--write", hint)
    at, dialect = moment(options.at), given.dialect if given else AWS
    scope = _scope(options, request, given.scope if given else None)._replace(date=f"{at:%Y%m%d}")
    scope = scope._replace(terminator=(GOOGLE if dialect is GOOGLE else AWS).terminator)
    if given and given.form == "query":
        text = given.expires or ""
        life = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else HOUR
        signed = presign(request, keys, scope, at, life, dialect)
    else:
        signed = sign(request, keys, scope, at, dialect)
    headers = signed.request.headers
    write(
        curl.write(signed.request._replace(headers=headers.without("host", "content-length") if headers else headers))
    )
    return SOUND


def _scope(options: argparse.Namespace, request: Request, old: Scope | None) -> Scope:
    """For what to sign: as told, else as the host tells, else as it was signed before. Raises BadCall."""
    from ..rules.sigv4 import Scope
    from ..rules.sigv4.canonical import host_of
    from ..rules.sigv4.endpoint import endpoint

    known = endpoint(host_of(request))
    region = options.region or (known.region if known else "") or (old.region if old else "")
    service = options.service or (known.service if known else "") or (old.service if old else "")
    for name, value, such in (("region", region, "eu-west-1"), ("service", service, "s3")):
        if not value:
            raise BadCall(f"the host does not tell the {name}", f"--{name}", f"Give it, as in --{name} {such}")
    return Scope("", region, service)
