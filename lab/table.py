"""A product's scenarios as data: `lab/<product>/scenarios.toml`, read and checked.

product = "nginx"                       # what its users call it; the default of every scenario's `product`
layer = "server"
apt = ["nginx"]                         # what the lab installs: Debian packages,
pip = []                                # Python packages into the lab's own environment,
npm = []                                # npm packages into the product's folder of the lab's cache
files = ["nginx.conf"]                  # copied into the run folder with {port}, {run}, {root}, {here} and `values` filled in
start = ["nginx", "-c", "{run}/nginx.conf"]
version = ["nginx", "-v"]
page = "{url}/form"                     # the page from which its forms are sent, for a probe; where `before` fetches it, that is it
log = "error.log"                       # what it logs, in the run folder; its new lines are recorded
noise = [["etag: \\"[^\\"]+\\"", "etag: \\"x\\""]]   # what differs from run to run: pattern and what stands for it
[values]                                # placeholders of the files, with their defaults

[[scenario]]
id = "address-denied"
does = "deny all in a location"         # the rule that is configured
cause = "deny-rule"                     # the truth
also = []
asks = ["{url}/denied/file.txt"]        # curl's arguments
admits = ["{url}/file.txt"]             # the smallest change of the request that is let through (by curl, of a page's request, too), or
wait = 6.0                              # seconds that pass before it is, where time belongs to the change
mended = { deny = "allow all" }         # the smallest change of the configuration: the same request to a server with these values
before = [["{url}/page"]]               # what precedes it, with one cookie jar
take = { token = "name=\\"t\\" value=\\"([^\\"]+)\\"" }   # from the last answer before; then {token} in asks
times = 1                               # sent that often; the last answer counts
words = "Not authenticated"             # where a success refuses: what its answer says, and what is let through does not
says = "unknown in server by nginx"     # why403's whole verdict on the answer alone
with_log = "likely deny-rule in server by nginx"   # and with the server's log
pair = "nginx-page"                     # answers of one pair are the same byte for byte, though their causes differ
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
SCENARIO_KEYS = {
    "id", "does", "cause", "also", "layer", "product", "asks", "admits", "mended", "before", "take", "times", "says", "with_log",
    "pair", "open", "pause", "wait", "words",
}  # fmt: skip
PRODUCT_KEYS = {
    "product", "layer", "apt", "pip", "npm", "files", "start", "version", "log", "noise", "values", "scenario", "setup",
    "tls", "about", "proxy", "ready", "programs", "quick", "page",
}  # fmt: skip


class Scenario(NamedTuple):
    """One request that a known rule refuses."""

    id: str
    folder: str  # the product's folder in lab/
    does: str
    cause: str
    also: tuple[str, ...]
    layer: str
    product: str
    asks: tuple[str, ...]  # curl's arguments; empty where a browser opens a page
    open: str  # the page that the browser opens
    admits: tuple[str, ...]
    mended: dict[str, str]
    before: tuple[tuple[str, ...], ...]
    take: dict[str, str]
    times: int
    words: str  # what a refusal says whose status does not tell, "" where the status does
    pause: float  # seconds between the requests of `times`
    wait: float  # seconds before the request that is let through
    says: str
    with_log: str
    pair: str


class Bench(NamedTuple):
    """One product's folder: how it is installed and started, and its scenarios."""

    folder: str
    product: str
    layer: str
    apt: tuple[str, ...]
    pip: tuple[str, ...]
    npm: tuple[str, ...]
    files: tuple[str, ...]
    setup: tuple[str, ...]  # a command that prepares the run folder, "" for none
    start: tuple[str, ...]
    programs: tuple[str, ...]  # that must be on the path
    version: tuple[str, ...]
    log: str
    ready: str  # "tcp", or a path that must answer
    noise: tuple[tuple[str, str], ...]
    values: dict[str, str]
    quick: bool  # part of the live subset that CI runs
    page: str  # the page from which its forms are sent, "" where a scenario's own earlier request is that
    scenarios: tuple[Scenario, ...]

    @property
    def path(self) -> Path:
        """Its folder."""
        return HERE / self.folder


class BadScenario(Exception):
    """A table that breaks its own rules, with the file and what to do."""


def _scenario(row: dict[str, Any], folder: str, product: str, layer: str) -> Scenario:
    where = f"lab/{folder}/scenarios.toml {row.get('id', '?')}"
    if odd := set(row) - SCENARIO_KEYS:
        raise BadScenario(f"{where}: unknown key {sorted(odd)[0]!r}")
    for key in ("id", "does", "cause", "says"):
        if not row.get(key):
            raise BadScenario(f"{where}: no {key}")
    if not row.get("asks") and not row.get("open"):
        raise BadScenario(f"{where}: nothing is asked: give asks or open")
    return Scenario(
        id=row["id"], folder=folder, does=row["does"], cause=row["cause"], also=tuple(row.get("also", ())),
        layer=row.get("layer", layer), product=row.get("product", product), asks=tuple(row.get("asks", ())),
        open=row.get("open", ""), admits=tuple(row.get("admits", ())), mended=dict(row.get("mended", {})),
        before=tuple(tuple(asked) for asked in row.get("before", ())), take=dict(row.get("take", {})),
        times=row.get("times", 1), words=row.get("words", ""), pause=row.get("pause", 0.0), wait=row.get("wait", 0.0),
        says=row["says"], with_log=row.get("with_log", ""), pair=row.get("pair", ""),
    )  # fmt: skip


def load(folder: str) -> Bench:
    """One product's table. Raises BadScenario."""
    path = HERE / folder / "scenarios.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise BadScenario(f"lab/{folder}/scenarios.toml: {fault}") from None
    if odd := set(data) - PRODUCT_KEYS:
        raise BadScenario(f"lab/{folder}/scenarios.toml: unknown key {sorted(odd)[0]!r}")
    product, layer = data["product"], data["layer"]
    scenarios = tuple(_scenario(row, folder, product, layer) for row in data.get("scenario", ()))
    if len({scenario.id for scenario in scenarios}) != len(scenarios):
        raise BadScenario(f"lab/{folder}/scenarios.toml: an id stands twice")
    return Bench(
        folder=folder, product=product, layer=layer, apt=tuple(data.get("apt", ())), pip=tuple(data.get("pip", ())),
        npm=tuple(data.get("npm", ())), files=tuple(data.get("files", ())), setup=tuple(data.get("setup", ())),
        start=tuple(data["start"]), programs=tuple(data.get("programs", ())), version=tuple(data["version"]),
        log=data.get("log", ""), ready=data.get("ready", "tcp"),
        noise=tuple((pattern, by) for pattern, by in data.get("noise", ())), values=dict(data.get("values", {})),
        quick=bool(data.get("quick", False)), page=data.get("page", ""), scenarios=scenarios,
    )  # fmt: skip


def folders() -> tuple[str, ...]:
    """Every product's folder, in the alphabet's order."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/scenarios.toml")))
