"""Everything that a probe sent, as a HAR with the reason for each request and what its answer told."""

from __future__ import annotations

import json

from ..model import Case
from ..model.proof import Proof
from ..writers.har import write_all
from ..writers.mask import masker


def har(proof: Proof, case: Case, *, show_secrets: bool = False) -> str:
    """The recording as JSON text; secrets are masked in every string of it unless `show_secrets`."""
    exchanges = tuple(asked.exchange for asked in proof.asked)
    recording = json.loads(write_all(exchanges)[0])
    recording["log"]["comment"] = proof.says
    for entry, asked in zip(recording["log"]["entries"], proof.asked, strict=True):
        entry["comment"] = f"{asked.says}: {asked.told}" if asked.told else asked.says
        entry["_connection"] = dict(asked.exchange.facts)
    if show_secrets:
        return json.dumps(recording, indent=1)
    clean = masker(case._replace(exchanges=(*case.exchanges, *exchanges)))

    def walk(value: object) -> object:
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        return {key: walk(item) for key, item in value.items()} if isinstance(value, dict) else value

    return json.dumps(walk(recording), indent=1)
