"""Lays out an image without layers as the registry's filesystem driver keeps one: `image.py FOLDER`."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

KIND = "application/vnd.docker.distribution.manifest.v2+json"


def keep(root: Path, links: Path, content: bytes) -> str:
    """One blob and the repository's link to it; its digest."""
    found = sha256(content).hexdigest()
    data = root / "blobs" / "sha256" / found[:2] / found / "data"
    data.parent.mkdir(parents=True)
    data.write_bytes(content)
    link(links / "sha256" / found / "link", found)
    return found


def link(path: Path, digest: str) -> None:
    """A file that names a blob."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"sha256:{digest}")


def make(folder: Path) -> None:
    """The image shop:latest."""
    root = folder / "docker" / "registry" / "v2"
    shop = root / "repositories" / "shop"
    config = b'{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'
    digest = f"sha256:{keep(root, shop / '_layers', config)}"
    described = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(config), "digest": digest}
    manifest = {"schemaVersion": 2, "mediaType": KIND, "config": described, "layers": []}
    found = keep(root, shop / "_manifests" / "revisions", json.dumps(manifest).encode())
    link(shop / "_manifests" / "tags" / "latest" / "current" / "link", found)
    link(shop / "_manifests" / "tags" / "latest" / "index" / "sha256" / found / "link", found)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
