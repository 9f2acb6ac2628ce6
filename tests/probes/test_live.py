"""Real servers that refuse for known reasons, probed: a subset; `python bench/probe.py` takes them all."""

from __future__ import annotations

import pytest
from bench.probe import BUDGET, rows_of
from lab.install import lacks
from lab.table import load

# what is probed, and how that ends
WANTED = {
    "nginx": {
        "no-password": "mended proven credentials-missing", "wrong-password": "mended proven token-invalid",
        "user-agent-map": "mended proven user-agent-blocked", "hotlink": "mended proven hotlink-blocked",
        "header-wanted": "mended proven required-header-missing", "limit-except": "mended proven method-refused",
        "no-client-certificate": "mended proven client-certificate-required", "deny-all": "narrowed possible unknown",
        "preflight-basic": "narrowed proven cors-preflight-refused",
    },
    "apache": {
        "no-password": "mended proven credentials-missing", "bearer-to-basic": "mended proven credentials-malformed",
        "misdirected": "mended proven host-refused", "file-mode": "narrowed possible unknown", "trace": "mended proven method-refused",
    },
    "django": {
        "csrf-no-cookie": "mended proven csrf-cookie-missing", "csrf-token-missing": "mended proven csrf-token-missing",
    },
    "express": {
        "no-token": "mended proven credentials-missing", "wrong-scheme": "mended proven credentials-malformed",
        "unknown-token": "mended proven token-invalid", "role": "mended proven role-missing", "method": "mended proven method-refused",
        "second-factor": "mended proven login-step-missing", "flag": "narrowed likely feature-disabled",
    },
}  # fmt: skip


@pytest.mark.parametrize("folder", WANTED)
def test_live(folder: str) -> None:
    if absent := lacks(load(folder)):
        pytest.skip(f"NOT RUN LIVE: {absent} is not installed")
    rows = rows_of(folder, tuple(WANTED[folder]))
    found = {
        row["id"].partition("/")[2]: row.get("not_run") or f"{row['outcome']} {row['confidence']} {row['cause']}"
        for row in rows
    }
    assert found == WANTED[folder]
    assert all(row["asked"] <= BUDGET for row in rows)
    assert all(row["really"] for row in rows if row["outcome"] == "mended")
    assert all(row["truth"] not in row["ruled_out"] for row in rows)
