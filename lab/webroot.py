"""A document root with files that can be served and files that cannot: `webroot.py FOLDER`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDERS = (
    "denied", "basic", "nofile", "readonly", "links", "hot", "slow", "empty", "elsewhere", "rewritten", "closed", "signed",
    "agents", "certified", "internal", "private", "htaccess", "limited",
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
    (root / "links" / "link.txt").symlink_to(root / "file.txt")
    (root / "links" / "real.txt").write_text("hello\n")
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
        os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    (root / "secret.txt").write_text("nobody reads this\n")
    os.chmod(root / "secret.txt", 0)
    os.chmod(root / "closed", 0o700)  # a folder that the server may not enter


if __name__ == "__main__":
    make(Path(sys.argv[1]))
