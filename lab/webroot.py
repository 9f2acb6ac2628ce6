"""A document root with files that can be served and files that cannot: `webroot.py FOLDER`."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

FOLDERS = (
    "denied", "basic", "nofile", "readonly", "links", "hot", "slow", "empty", "elsewhere", "rewritten", "closed", "signed",
    "agents", "certified", "internal", "private", "htaccess", "limited", "either", "both", "listed", "country", "unlisted",
    "locked", "headers", "old", "broken", "groups", "secure", "none", "expressions", "options", "owned", "methods",
    "limited2", "digest", "old-network", "old-agent", "programs", "verified", "rewritten-agents", "rewritten-hot", "origins",
)  # fmt: skip


def make(root: Path) -> None:
    """Fill the folder; everything in it may be read by everybody, but what is there to be refused."""
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
        if name != "empty":
            (root / name / "file.txt").write_text("hello\n")
    (root / "file.txt").write_text("hello\n")
    (root / "index.html").write_text("<!doctype html><title>lab</title><p>hello\n")
    (root / ".hidden").write_text("hidden\n")
    (root / ".htpasswd-of-the-lab").write_text("")
    subprocess.run(["htpasswd", "-bc", str(root / ".users"), "ann", "example"], check=True, capture_output=True)
    (root / ".groups").write_text("editors: bob\n")
    digest = hashlib.md5(b"ann:staff:example").hexdigest()  # the form of Digest's password files
    (root / ".digest").write_text(f"ann:staff:{digest}\n")
    (root / "htaccess" / ".htaccess").write_text("Require all denied\n")
    (root / "broken" / ".htaccess").write_text("Require all granted\n")
    (root / "programs" / "hello.cgi").write_text(
        "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nhello\\n'\nsleep 0.2\n"  # its end comes after its text: chunked, always
    )
    (root / "links" / "link.txt").symlink_to(root / "file.txt")
    (root / "links" / "real.txt").write_text("hello\n")
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
        os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    (root / ".users-closed").write_text("")
    os.chmod(root / ".users-closed", 0)  # a password file that the server may not read
    os.chmod(root / "unlisted", 0o711)  # a folder that may be entered and not listed
    os.chmod(root / "programs" / "hello.cgi", 0o755)
    os.chmod(root / "broken" / ".htaccess", 0)  # a .htaccess that the server may not read
    (root / "secret.txt").write_text("nobody reads this\n")
    os.chmod(root / "secret.txt", 0)
    os.chmod(root / "closed", 0o700)  # a folder that the server may not enter


if __name__ == "__main__":
    make(Path(sys.argv[1]))
