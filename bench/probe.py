"""How often a probe ends with the request that is let through, and how many requests it takes: the lab's servers, live.

Starts every product of the lab that is installed, asks what its scenarios ask, and probes each refusal with what a caller has: the
credentials (in a header, a cookie, the body of a login), the page, the certificate, the site's name and the port of its https, as the
request has them that the scenario's table says is let through; never a CSRF token, an Origin or a forwarding header. Prints the
figures and writes them to bench/out/probe.json. Exit status 1 where a bound is broken.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab.chromium import Browser  # noqa: E402
from lab.install import lacks  # noqa: E402
from lab.record import UNFORESEEN, send  # noqa: E402
from lab.servers import NotRun, Server, running  # noqa: E402
from lab.table import Scenario, folders, load  # noqa: E402
from lab.wire import Asked, Hangs  # noqa: E402
from lab.workplace import workplace  # noqa: E402

from why403.engine.explain import explain  # noqa: E402
from why403.engine.prove import Limits, prove, subject_of  # noqa: E402
from why403.model import Case, Exchange, Request, Why403Error, query_pairs, split_url  # noqa: E402
from why403.model.proof import Proof  # noqa: E402
from why403.net.ask import drive  # noqa: E402
from why403.net.send import Sender, Way  # noqa: E402
from why403.probes.experiment import Given, Offer, origin  # noqa: E402
from why403.probes.login import fields  # noqa: E402
from why403.probes.way import link_ends  # noqa: E402
from why403.products import tables  # noqa: E402
from why403.readers.choose import read_bytes  # noqa: E402
from why403.tokens.places import KEY_PARAMETERS, NAMES, PASSWORDS, TOKENS  # noqa: E402

PAGE = ROOT / "docs" / "probe.md"
OUT = ROOT / "bench" / "out" / "probe.json"
BUDGET = 12
BOUNDS = {"mended": 0.90, "proven": 0.95, "layer": 0.95}
MEDIAN = 4
CSRF = ("csrf", "xsrf", "crumb", "session-id")
# what the client writes by itself, what a page decides, and by what proxies name the client
NOT_OFFERED = frozenset((
    "host", "content-length", "content-type", "origin", "referer", "user-agent", "accept", "connection", "transfer-encoding",
    "accept-encoding", "accept-language", "cache-control", "te", "upgrade", "via", "forwarded", "x-real-ip", "x-requested-with",
    "x-http-method-override",
))  # fmt: skip


def request_of(asked: Asked) -> Request:
    """The request that curl sent."""
    request = read_bytes(asked.transcript.encode()).exchanges[-1].request
    if request is None:
        raise NotRun("its request was not read back")
    return request


def offers_of(mine: Request, other: Request, words: tuple[str, ...]) -> Iterator[Offer]:
    """What the request that is let through has beyond the refused one, as a caller would give it."""
    keys = dict(query_pairs(split_url(mine.url).query))
    for name, value in query_pairs(split_url(other.url).query):
        if name.lower() in KEY_PARAMETERS and keys.get(name) != value:
            yield Offer("key", value)
    have = {(name.lower(), value) for name, value in mine.headers or ()}
    for name, value in other.headers or ():
        lowered = name.lower()
        if (
            (lowered, value) in have
            or lowered in NOT_OFFERED
            or lowered.startswith(("x-forwarded", "sec-", "access-control-"))
        ):
            continue
        if any(word in lowered for word in CSRF) or Offer("header", value, name).forged:
            continue
        if lowered == "authorization":
            scheme, _, rest = value.partition(" ")
            if scheme.lower() == "basic":
                yield Offer("user", base64.b64decode(rest).decode())
            elif scheme.lower() == "digest":
                yield Offer("user", option(words, "-u"))
            else:
                yield Offer("token", rest or value)
        elif lowered == "cookie":
            kept = [part.strip() for part in value.split(";")]
            jar = (mine.headers.first("cookie") if mine.headers else None) or ""
            known = {part.partition("=")[0].strip() for part in jar.split(";")}
            told = " ".join(words)
            kept = [
                part
                for part in kept
                if not any(word in part.partition("=")[0].lower() for word in CSRF)
                and (part.partition("=")[0] not in known or part in told or "--next" in words)  # logged in anew
            ]
            if kept:
                yield Offer("cookie", "; ".join(kept))
        elif "key" in lowered or "token" in lowered:
            yield Offer("key", value)
        else:
            yield Offer("header", value, name)
    yield from in_body(mine, other)
    here, there = split_url(mine.url), split_url(other.url)
    if (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname:
        yield Offer("https", str(there.port or 443))
    if (
        here.path == there.path
        and here.query != there.query
        and link_ends(mine.url)
        and origin(mine.url) == origin(other.url)
    ):
        yield Offer("link", other.url or "")
    name, own = ((request.headers.first("host") if request.headers else "") or "" for request in (other, mine))
    if origin(mine.url) == origin(other.url) and origin(mine.url).endswith(f"//{own}") and name != own:
        yield Offer("header", name, "Host")


def in_body(mine: Request, other: Request) -> Iterator[Offer]:
    """The password or the token that the body of the request that is let through holds in place of the refused one's."""
    old, new = (dict(fields(Given(Exchange(request, None, 0)))) for request in (mine, other))
    changed = {path: value for path, value in new.items() if old.get(path) != value and path in old}
    for path, value in changed.items():
        if path[-1].lower() in PASSWORDS:
            user = next((text for at, text in new.items() if at[-1].lower() in NAMES), "")
            yield Offer("user", f"{user}:{value}")
        elif path[-1].lower() in TOKENS and not any(word in path[-1].lower() for word in CSRF):
            yield Offer("token", value)


def option(words: tuple[str, ...], name: str) -> str:
    """The value of one of curl's options, "" where it is not there."""
    return words[words.index(name) + 1] if name in words[:-1] else ""


def way_of(server: Server, scenario: Scenario) -> Way:
    """How the scenario's requests are sent: its names and its authority."""
    words = tuple(server.fill(word) for word in (*scenario.asks, *scenario.admits))
    named = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "--resolve"]
    resolve = tuple((one.rpartition(":")[0], one.rpartition(":")[2]) for one in dict.fromkeys(named))
    return Way(resolve, option(words, "--cacert"), seconds=20.0)


def page_of(server: Server, scenario: Scenario, url: str) -> str:
    """The page from which the scenario's token comes, where it has one."""
    pages = [word for before in scenario.before for word in before if word.startswith("{url}") or "://" in word]
    found = [server.fill(page) for page in (*pages, *([server.bench.page] if server.bench.page else []))]
    words = tuple(server.fill(word) for word in scenario.admits)
    page = option(words, "-e") if option(words, "-e") not in scenario.asks else ""
    return page or next((page for page in found if origin(page) == origin(url)), "")


def refuses(exchange: Exchange, words: str) -> bool:
    """Whether an answer refuses: by its status, or by the words with which a success refuses."""
    answer = exchange.response
    if answer is None or not answer.status or answer.status >= 400:
        return True
    told = "\n".join(f"{name}: {value}" for name, value in answer.headers or ())
    return bool(words) and words in told + "\n" + (answer.body or b"").decode("utf-8", "replace")


def subject(server: Server, scenario: Scenario, folder: Path) -> tuple[Case, tuple[Offer, ...], str]:
    """The refusal as it would be pasted, what its caller has to offer, and the page that it came from."""
    if scenario.open:
        with Browser(folder) as browser:
            har = browser.har(server.fill(scenario.open))
        case = read_bytes(json.dumps(har).encode())
        mine = subject_of(case, explain(case, None, show_secrets=True))
        return (
            case,
            offered(server, scenario, mine.request if mine else None, folder),
            server.fill(server.bench.page or scenario.open),
        )
    refused = send(server, scenario, scenario.asks, folder / "refused")
    case = read_bytes(refused.transcript.encode())._replace(form="curl")
    return case, offered(server, scenario, request_of(refused), folder), page_of(server, scenario, refused_url(case))


def offered(server: Server, scenario: Scenario, refused: Request | None, folder: Path) -> tuple[Offer, ...]:
    """What the scenario's caller has, by the request that is let through; where time is what is needed, there is nothing to offer."""
    if not scenario.admits or scenario.wait or refused is None:
        return ()
    admitted = send(server, scenario._replace(times=1), scenario.admits, folder / "admitted")
    words = tuple(server.fill(word) for word in scenario.admits)
    offers = tuple(offers_of(refused, request_of(admitted), words))
    mine = option(tuple(server.fill(word) for word in scenario.asks), "--cert")
    if (certificate := option(words, "--cert")) and certificate != mine:
        offers += (Offer("certificate", certificate, option(words, "--key")),)
    return offers


def refused_url(case: Case) -> str:
    """The URL of the request that will be probed."""
    found = subject_of(case, explain(case, None, show_secrets=True))
    return (found.url if found else "") or ""


def probed(server: Server, scenario: Scenario, folder: Path) -> dict[str, Any]:
    """One scenario: how its probe ended, and what its table says of that."""
    case, offers, page = subject(server, scenario, folder)
    before = explain(case, None, show_secrets=True)
    was = before.refusals[0].findings[0] if before.refusals else None
    try:
        steps = prove(case, Limits(BUDGET, unsafe=True, offers=offers, page=page))
    except ValueError as fault:
        raise NotRun(f"it cannot be asked again: {fault}") from None
    with Sender(way_of(server, scenario)) as sender:
        proof: Proof = drive(steps, sender.send, pause=0)
        really = False
        if proof.mended is not None:
            time.sleep(max((change.pause for change in proof.changes), default=0.0))
            through = (
                proof.asked[proof.differ[1]].exchange if proof.differ else None
            )  # of a token for one use the only one
            really = any(not refuses(one, scenario.words) for one in (sender.send(proof.mended), through) if one)
    found = proof.report.refusals[0].findings[0] if proof.report.refusals else None
    return {
        "outcome": proof.outcome, "really": really, "asked": len(proof.asked), "says": proof.says,
        "cause": found.cause if found else "", "confidence": found.confidence if found else "", "layer": found.layer if found else "",
        "ruled_out": sorted({out.cause for out in proof.ruled_out}),
        "left": sorted({cause for step in (proof.report.refusals[0].next if proof.report.refusals else ()) for cause in step.separates}),
        "was": f"{was.confidence} {was.cause}" if was else "", "offers": [offer.kind for offer in offers],
        "steps": [f"{one.says} | {one.exchange.status or one.exchange.error} | {one.told}"[:300] for one in proof.asked],
    }  # fmt: skip


def rows_of(folder: str, wanted: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Every scenario of one product, probed; where it was not, the reason."""
    bench = load(folder)
    rows: list[dict[str, Any]] = []
    scenarios = [one for one in bench.scenarios if not wanted or one.id in wanted]
    register = tables().register
    head = {
        one.id: {
            "id": f"{folder}/{one.id}", "truth": one.cause, "also": list(one.also), "true_layer": one.layer, "pair": one.pair,
            "mends": register[one.cause].mends, "admits": bool(one.admits),
        }
        for one in scenarios
    }  # fmt: skip
    if absent := lacks(bench):
        return [{**head[one.id], "not_run": f"{absent} is not installed"} for one in scenarios]
    try:
        with workplace() as place, running(bench, place) as server:
            for one in scenarios:
                with tempfile.TemporaryDirectory(dir=place) as jars:
                    try:
                        rows.append({**head[one.id], **probed(server, one, Path(jars))})
                    except (*UNFORESEEN, NotRun, Hangs, Why403Error) as fault:
                        rows.append({**head[one.id], "not_run": f"{type(fault).__name__}: {fault}"[:200]})
    except (NotRun, OSError) as fault:
        done = {row["id"] for row in rows}
        rows += [{**row, "not_run": str(fault)[:200]} for row in head.values() if row["id"] not in done]
    return rows


def figures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How often it ends well, and beside it what of the scenarios no changed request can mend, with the reason."""
    run = [row for row in rows if "not_run" not in row]
    caller = [row for row in run if row["mends"] == "caller"]
    can = [row for row in caller if row["admits"] or row["outcome"] in ("mended", "passes")]
    mended = [row for row in can if (row["outcome"] == "mended" and row["really"]) or row["outcome"] == "passes"]
    proven = [row for row in mended if row["confidence"] == "proven" and row["cause"] in (row["truth"], *row["also"])]
    operator = [row for row in run if row["mends"] == "operator"]
    false = [
        row["id"]
        for row in operator
        if row["confidence"] == "proven" and row["cause"] not in (row["truth"], *row["also"])
    ]
    layered = [row for row in operator if row["layer"] == row["true_layer"]]
    return {
        "scenarios": len(rows), "run": len(run), "not_run": {row["id"]: row["not_run"] for row in rows if "not_run" in row},
        "caller": len(caller), "caller_can": len(can), "mended": len(mended), "mended_rate": share(mended, can),
        "proven": len(proven), "proven_rate": share(proven, mended),
        "median": statistics.median([row["asked"] for row in mended] or [0]), "most": max([row["asked"] for row in run] or [0]),
        "median_of_all": statistics.median([row["asked"] for row in run] or [0]),
        "operator": len(operator), "false_proven": false, "layer_rate": share(layered, operator),
        "false_proven_of_caller": [
            row["id"] for row in caller if row["confidence"] == "proven" and row["cause"] not in (row["truth"], *row["also"])
        ],
        "pairs": pairs(run),
        "false_ruled_out": [row["id"] for row in run if row["truth"] in row.get("ruled_out", ())],
        "cannot": {row["id"]: why_not(row) for row in caller if row not in can},
    }  # fmt: skip


def why_not(row: dict[str, Any]) -> str:
    """Why the table names no request that is let through, of a scenario whose cause is the caller's."""
    if row["truth"] in ("rate-limited", "account-blocked"):
        return "time alone mends it, more of it than a probe waits"
    return "the caller must first get something (an account, a token, a step), or the server be configured otherwise"


def pairs(run: list[dict[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Of answers that several causes give byte for byte: which scenarios a probe told from the others, and which it could not."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in run:
        if row["pair"]:
            told = row["cause"] in (row["truth"], *row["also"]) and row["confidence"] in ("proven", "likely")
            kept = found.setdefault(row["pair"], {"told": [], "open": []})
            kept["told" if told else "open"].append(f"{row['id']} ({row['truth']})")
    return found


def published(told: dict[str, Any]) -> str:
    """The figures as the documentation shows them."""
    rows = [
        ("the caller can mend it", told["caller_can"], ""),
        ("the request that is let through is found", told["mended"], told["mended_rate"]),
        ("the cause is proven, and right", told["proven"], told["proven_rate"]),
        ("only the operator can mend it", told["operator"], ""),
        ("a wrong cause is called proven", len(told["false_proven"]), ""),
        ("the layer is right", "", told["layer_rate"]),
    ]
    table = "\n".join(f"| {what} | {count} | {f'{rate:.1%}' if rate != '' else ''} |" for what, count, rate in rows)
    asked = f"{told['median']:.0f} requests in the median, {told['most']} at most"
    return f"| | scenarios | share |\n|---|---|---|\n{table}\n\nOf a mended request: {asked}.\n"


def publish(told: dict[str, Any]) -> None:
    """Write the figures into the documentation."""
    text = PAGE.read_text(encoding="utf-8")
    block = published(told)
    text = re.sub(
        r"(<!-- generated: figures -->\n).*?(<!-- end -->)",
        lambda found: found[1] + block + found[2],
        text,
        flags=re.DOTALL,
    )
    PAGE.write_text(text, encoding="utf-8")


def share(some: list[Any], every: list[Any]) -> float:
    """A share, 1 of nothing."""
    return round(len(some) / len(every), 4) if every else 1.0


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("products", nargs="*", metavar="PRODUCT[/SCENARIO]", help="default: all")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE")
    parser.add_argument("--steps", action="store_true", help="print what was asked, too")
    parser.add_argument("--publish", action="store_true", help="write the figures of a whole run into docs/probe.md")
    options = parser.parse_args()
    wanted: dict[str, list[str]] = {}
    for word in options.products or folders():
        folder, _, scenario = word.partition("/")
        wanted.setdefault(folder, []).extend([scenario] if scenario else [])
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for found in pool.map(rows_of, wanted, (tuple(ids) for ids in wanted.values())):
            rows += found
            for row in found:
                told = row.get("not_run") or ("" if row["really"] or row["outcome"] != "mended" else "NOT REALLY ") + (
                    f"{row['outcome']:9} {row.get('confidence', '')} {row.get('cause', '')} in {row['asked']}  (was {row['was']})"
                )
                print(f"{row['id']:44} {row['truth']:24} {told}", flush=True)
                if options.steps:
                    print("\n".join(f"      {step}" for step in row.get("steps", ())), flush=True)
    told = figures(rows)
    print(
        json.dumps({key: value for key, value in told.items() if key not in ("not_run", "cannot", "pairs")}, indent=1)
    )
    if not options.products:
        options.out.parent.mkdir(exist_ok=True)
        if options.publish:
            publish(told)
        options.out.write_text(json.dumps({"figures": told, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    good = told["median"] <= MEDIAN and told["most"] <= BUDGET and not told["false_proven"]
    return 0 if good and all(told[f"{name}_rate"] >= bound for name, bound in BOUNDS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
