"""Runs what was written, many requests in few processes: bash, node and Python are the oracles."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.chromium import Browser

AROUND = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "NO_PROXY": "*"}
PYTHON = """
import base64, contextlib, functools, io, json, ssl, sys, traceback
ssl.create_default_context = functools.cache(ssl.create_default_context)  # else httpx reads its certificates each time
for text in json.load(open(sys.argv[1], encoding="utf-8")):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(base64.b64decode(text), "written", "exec"), {})
    except BaseException:
        traceback.print_exc(limit=-2)
"""
HTTPIE = """
import contextlib, io, os, sys, traceback
from httpie.core import main
from httpie.context import Environment
from httpie.plugins.registry import plugin_manager
plugin_manager.load_installed_plugins = lambda *_: None  # else it searches the installed packages each time
folder = sys.argv[1]
for name in sorted(os.listdir(folder), key=lambda one: int(one.partition(".")[0])):
    if not name.endswith(".args"):
        continue
    words = open(os.path.join(folder, name), "rb").read().split(b"\\0")[:-1]
    given = os.path.join(folder, name.replace(".args", ".given"))
    with open(given, "rb") as stdin, open(os.devnull, "wb") as out, open(os.devnull, "w") as told:
        around = Environment(stdin=stdin, stdin_isatty=False, stdout=out, stdout_isatty=False, stderr=told, program_name="http")
        around.config["default_options"] = []
        try:
            main([b"http", *words], around)
        except BaseException:
            traceback.print_exc(limit=-2)
"""


CACHE = Path(__file__).parent.parent.parent / ".pytest_cache"
CLIENTS = ("requests", "httpie", "httpx", "urllib3<3")  # urllib3 itself: niquests puts a fork in its place


def clients() -> Path | None:
    """Where the Python clients are, installed once for themselves; None where no registry is at hand."""
    folder = CACHE / "clients"
    if not (folder / "urllib3").exists():
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), *CLIENTS]
        subprocess.run(words, capture_output=True, timeout=180, check=False)
    return folder if (folder / "urllib3").exists() else None


def axios_folder() -> Path | None:
    """Where axios is, installed once; None where npm or no registry is at hand."""
    folder = CACHE / "axios"
    npm = shutil.which("npm")
    if npm is not None and not (folder / "node_modules" / "axios").exists():
        folder.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "axios", "--prefix", str(folder), "--silent"]
        subprocess.run(words, capture_output=True, timeout=120, check=False)
    return folder if (folder / "node_modules" / "axios").exists() else None


def _python() -> dict[str, str]:
    return {"PYTHONPATH": str(clients() or "")}


def _run(words: list[str], around: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=AROUND | (around or {}),
        timeout=120,
        check=False,
        cwd="/",
    )
    return done.stderr.decode("utf-8", "replace")


def bash(texts: list[bytes]) -> str:
    """Every command by bash, in two processes."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        paths = []
        for half in (0, 1):
            path = Path(folder) / f"{half}.sh"
            path.write_bytes(b"exec >/dev/null\n" + b"\n".join(texts[half::2]) + b"\n")
            paths.append(path)
        return "".join(pool.map(lambda path: _run(["bash", str(path)]), paths))


def python(texts: list[bytes]) -> str:
    """Every program by Python, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "all.json").write_text(json.dumps([base64.b64encode(text).decode() for text in texts]))
        (Path(folder) / "run.py").write_text(PYTHON)
        return _run([sys.executable, f"{folder}/run.py", f"{folder}/all.json"], _python())


def fetch(texts: list[bytes]) -> str:
    """Every call of fetch by Node.js, in one process."""
    jobs = b"".join(b"  async () => " + text.strip().rstrip(b";") + b",\n" for text in texts)
    return _node(
        b"const jobs = [\n"
        + jobs
        + b"];\n(async () => { for (const job of jobs) try { await job() } catch (e) { console.error(e) } })()"
    )


def axios(texts: list[bytes]) -> str:
    """Every call of axios by Node.js, in one process; axios is installed beside the cache of pytest."""
    jobs = b"".join(b"  () => {" + text + b"},\n" for text in texts)
    whole = (
        b"console.log = () => {};\nprocess.on('unhandledRejection', (e) => console.error(String(e)));\nconst jobs = [\n"
    )
    whole += (
        jobs
        + b"];\njobs.forEach((job, at) => setTimeout(() => { try { job() } catch (e) { console.error(String(e)) } }, at * 2));\n"
    )
    return _node(whole, modules=axios_folder())


def _node(script: bytes, modules: Path | None = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.js"
        path.write_bytes(script)
        around = {"NODE_PATH": str(modules / "node_modules")} if modules else {}
        return _run(["node", str(path)], around)


def httpie(texts: list[bytes]) -> str:
    """Every command by bash, which hands HTTPie's arguments to HTTPie's own main, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        args = Path(folder) / "args"
        args.mkdir()
        lines = [
            b'http() { printf "%s\\0" "$@" > args/$number.args; cat > args/$number.given; }',
            f"cd {folder}".encode(),
        ]
        lines += [b"number=%d\n%b" % (number, text) for number, text in enumerate(texts)]
        script = Path(folder) / "all.sh"
        script.write_bytes(b"exec >/dev/null\n" + b"\n".join(lines) + b"\n")
        said = _run(["bash", str(script)])
        (Path(folder) / "run.py").write_text(HTTPIE)
        return said + _run([sys.executable, f"{folder}/run.py", str(args)], _python())


def chromium(texts: list[bytes], host: str) -> str:
    """Every call of fetch in a page of Chromium that has the server's origin."""
    jobs = ",\n".join("async () => " + text.decode("utf-8").strip().rstrip(";") for text in texts)
    each = "for (const job of jobs) try { await job() } catch (e) { said.push(String(e)) }"
    script = f"(async () => {{ const said = [], jobs = [{jobs}]; {each} return said.join('\\n') }})()"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, Browser(Path(folder)) as browser:
        browser.call("Page.navigate", url=f"http://{host}/page")
        time.sleep(0.5)
        answer = browser.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return str(answer.get("result", {}).get("value") or answer)


def raw(texts: list[bytes], port: int) -> str:
    """Every message by a socket."""
    for text in texts:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(text)
            while connection.recv(65536):
                pass
    return ""


PLAYERS: dict[str, Callable[[list[bytes]], str]] = {
    "curl": bash,
    "requests": python,
    "httpx": python,
    "fetch-node": fetch,
    "fetch": fetch,
    "axios": axios,
    "httpie": httpie,
}
