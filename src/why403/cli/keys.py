"""Keys and secrets from the environment or a file; never from the command line, where every process could read them."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import BadCall
from ..rules.sigv4 import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from configparser import SectionProxy

MOST = 1 << 20  # bytes of a file of secrets


def of_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The access key that AWS's own tools would take from the environment, or None."""
    key_id, secret = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    return Credentials(key_id, secret, environment.get("AWS_SESSION_TOKEN") or None) if key_id and secret else None


def of_file(path: str, profile: str | None, key_id: str) -> Credentials:
    """A profile of a file in AWS's format: the one named, else the one that holds this key id, else the default.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html. Raises BadCall.
    """
    from configparser import Error, RawConfigParser

    parser = RawConfigParser(default_section="\0", strict=False)
    try:
        parser.read_string(text_of(path), path)
    except Error:
        hint = "Sections in brackets, then aws_access_key_id = ... and aws_secret_access_key = ..."
        raise BadCall("this is no file of AWS credentials", path, hint) from None
    names = parser.sections()
    if profile is not None:
        wanted = next((name for name in names if name in (profile, f"profile {profile}")), None)
        if wanted is None:
            raise BadCall(f"there is no profile {profile!r}", path, f"Known: {', '.join(names[:10]) or 'none'}")
    else:
        held = (name for name in names if parser[name].get("aws_access_key_id", "").strip() == key_id)
        wanted = next(held, "default" if "default" in names else None)
        if wanted is None:
            raise BadCall("no profile of it holds this key, and none is the default", path, "Name one with --profile")
    return _credentials(parser[wanted], path)


def _credentials(section: SectionProxy, path: str) -> Credentials:
    key_id, secret = section.get("aws_access_key_id"), section.get("aws_secret_access_key")
    if not key_id or not secret:
        hint = "It needs aws_access_key_id and aws_secret_access_key"
        raise BadCall(f"the profile {section.name!r} holds no access key", path, hint)
    return Credentials(key_id, secret, section.get("aws_session_token") or None)


def text_of(path: str) -> str:
    """A small text file. Raises BadCall."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST + 1)
    except OSError as fault:
        raise BadCall(fault.strerror or "cannot be read", path, "Check the name and its permissions") from None
    if len(data) > MOST:
        raise BadCall("this is too large for a file of secrets", path, "Give the file that holds the key")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadCall("this is not text", path, "Give the file that holds the key") from None
