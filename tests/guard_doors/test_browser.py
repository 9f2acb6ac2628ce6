"""Csrf, SameSite and CORS as a browser has them: headless Chromium on the shop's own pages, on those of its front and of other sites.

`*.localhost` is loopback and trustworthy to Chromium, so that it sends Sec-Fetch-Site over http; each name below it is a site of its
own: app.shop.localhost is of the same site as shop.localhost, partner.localhost and evil.localhost are not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from examples.guard.issuer import Issuer
from lab.chromium import Browser

import why403
from tests.guard_doors.shops import Shop, finding

ASK = """
const shop = "%(shop)s", results = {};
async function ask(name, path, how) {
  try {
    const answer = await fetch(shop + path, {credentials: "include", ...how});
    results[name] = [answer.status, answer.headers.get("Why403-Cause")];
    return answer;
  } catch (fault) {
    results[name] = ["the browser hides it", null];
  }
}
"""
OWN = """
(async () => {
  %(ask)s
  const field = document.querySelector("input[name=csrf_token]").value;
  const meta = document.querySelector("meta[name=csrf-token]").content;
  const header = document.querySelector("meta[name=csrf-header]").content;
  await ask("form", "/orders", {method: "POST", body: new URLSearchParams({csrf_token: field})});
  await ask("multipart", "/orders", {method: "POST", body: (() => { const f = new FormData(); f.set("csrf_token", field); return f; })()});
  await ask("meta", "/orders", {method: "POST", headers: {[header]: meta}});
  await ask("no token", "/orders", {method: "POST"});
  await ask("undefined", "/orders", {method: "POST", headers: {[header]: undefined}});
  await ask("no cookie", "/orders", {method: "POST", credentials: "omit", headers: {[header]: meta}});
  await ask("login", "/login", {method: "POST", body: new URLSearchParams({csrf_token: field, name: "ada"})});
  await ask("token of before the login", "/orders", {method: "POST", headers: {[header]: meta}});
  const fresh = await (await ask("endpoint", "/csrf")).json();
  await ask("token of after the login", "/orders", {method: "POST", headers: {[fresh.header]: fresh.token}});
  await ask("profile", "/profile");
  return JSON.stringify(results);
})()
"""
FRONT = """<!doctype html><title>Front</title><script type="module">
%(ask)s
const token = (await (await ask("endpoint", "/csrf")).json()).token;
await ask("token", "/orders", {method: "POST", headers: {"X-CSRF-Token": token}});
await ask("no token", "/orders", {method: "POST"});
await ask("no cookie", "/orders", {method: "POST", credentials: "omit", headers: {"X-CSRF-Token": token}});
await ask("nobody", "/loud", {credentials: "omit"});
await ask("bearer", "/orders", {credentials: "omit", headers: {"Authorization": "Bearer %(token)s"}});
await ask("undefined bearer", "/orders", {credentials: "omit", headers: {"Authorization": "Bearer " + undefined}});
await ask("other header", "/prices", {headers: {"X-Secret": "1"}});
await ask("other method", "/prices", {method: "PROPFIND"});
document.title = JSON.stringify(results);
</script>"""
EVIL_SCRIPT = """<!doctype html><title>Evil</title><script type="module">
%(ask)s
await ask("simple", "/orders", {method: "POST", body: new URLSearchParams({item: "tea"})});
await ask("preflighted", "/orders", {method: "POST", headers: {"X-CSRF-Token": "guess"}});
document.title = JSON.stringify(results);
</script>"""
EVIL_FORM = """<!doctype html><title>Evil</title><form method="post" action="%(shop)s/orders"><input name="item" value="tea"></form>
<script>document.forms[0].submit()</script>"""
EVIL_REFERRER = '<meta name="referrer" content="no-referrer">' + EVIL_FORM
EVIL_LINK = """<!doctype html><title>Evil</title><script>location.href = "%(shop)s/profile"</script>"""


pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all of these tests; each begins without cookies."""
    with Browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def own(browser: Browser, shop: Shop) -> str:
    """The shop under a name of its own, to a browser without cookies."""
    browser.call("Network.clearBrowserCookies")
    return f"http://shop.localhost:{shop.port}"


def test_the_applications_own_page(browser: Browser, own: str) -> None:
    """Form, multipart and script with the page's token are admitted; each mistake is told."""
    _open(browser, f"{own}/")
    assert json.loads(_evaluate(browser, OWN % {"ask": ASK % {"shop": own}})) == {
        "form": [200, None],
        "multipart": [200, None],
        "meta": [200, None],
        "no token": [403, "csrf-token-missing"],
        "undefined": [403, "csrf-token-invalid"],
        "no cookie": [403, "csrf-cookie-missing"],
        "login": [200, None],
        "token of before the login": [403, "csrf-token-invalid"],
        "endpoint": [200, None],
        "token of after the login": [200, None],
        "profile": [200, None],
    }


def test_the_front_on_another_origin_of_the_same_site(browser: Browser, own: str, issuer: Issuer, key: str) -> None:
    """Preflights are answered before credentials are asked for; refusals show their status, and why403 finds each in the recording."""
    issuer.pages["/front"] = FRONT % {"ask": ASK % {"shop": own}, "token": issuer.token("ada")}
    har = browser.har(f"http://app.shop.localhost:{issuer.port}/front")
    assert json.loads(_evaluate(browser, "document.title")) == {
        "endpoint": [200, None],
        "token": [200, None],
        "no token": [403, "csrf-token-missing"],
        "no cookie": [403, "csrf-cookie-missing"],
        "nobody": [401, "credentials-missing"],
        "bearer": [200, None],
        "undefined bearer": [401, "credentials-malformed"],
        "other header": ["the browser hides it", None],
        "other method": ["the browser hides it", None],
    }
    expected = {
        ("csrf-token-missing", "proven"),
        ("csrf-cookie-missing", "proven"),
        ("credentials-missing", "proven"),
        ("credentials-malformed", "proven"),
        ("cors-preflight-refused", "proven"),
    }
    assert _explained(har) == expected
    assert _explained(har, key) == expected


def test_a_trusted_origin_of_another_site(browser: Browser, own: str, issuer: Issuer) -> None:
    """It may ask, but the cookie stays at home: SameSite=Lax."""
    issuer.pages["/front"] = FRONT % {"ask": ASK % {"shop": own}, "token": issuer.token("ada")}
    har = browser.har(f"http://partner.localhost:{issuer.port}/front")
    results = json.loads(_evaluate(browser, "document.title"))
    assert (results["token"], results["bearer"]) == ([403, "csrf-cookie-missing"], [200, None])
    assert not any(_sent(entry, "cookie") for entry in har["log"]["entries"])


def test_another_sites_scripts(browser: Browser, own: str, shop: Shop, issuer: Issuer) -> None:
    """They are refused, and learn nothing; the recording says why of all but what the browser keeps from it, and the log of that."""
    issuer.pages["/evil"] = EVIL_SCRIPT % {"ask": ASK % {"shop": own}}
    har = browser.har(f"http://evil.localhost:{issuer.port}/evil")
    hidden = ["the browser hides it", None]
    assert json.loads(_evaluate(browser, "document.title")) == {"simple": hidden, "preflighted": hidden}
    assert _explained(har) == {
        ("unknown", "possible"),
        ("cors-preflight-refused", "proven"),
        ("cors-origin-refused", "proven"),
    }
    line = shop.logged(f"http://evil.localhost:{issuer.port}, Sec-Fetch-Site cross-site")
    assert finding(why403.explain(line)) == ("csrf-origin-mismatch", "proven")


@pytest.mark.parametrize(
    ("page", "reason"), [(EVIL_FORM, "origin-untrusted"), (EVIL_REFERRER, "origin-null")], ids=["plain", "no-referrer"]
)
def test_another_sites_form(browser: Browser, own: str, shop: Shop, issuer: Issuer, page: str, reason: str) -> None:
    """Refused as HTML, without the cookies of the session, and explained."""
    _open(browser, f"{own}/")
    _evaluate(browser, OWN % {"ask": ASK % {"shop": own}})  # logs in
    issuer.pages["/evil"] = page % {"shop": own}
    har = browser.har(f"http://evil.localhost:{issuer.port}/evil")
    entry = next(entry for entry in har["log"]["entries"] if entry["request"]["method"] == "POST")
    assert (entry["response"]["status"], _sent(entry, "cookie")) == (403, None)
    assert "text/html" in next(
        field["value"] for field in entry["response"]["headers"] if field["name"].lower() == "content-type"
    )
    assert _explained(har) == {("csrf-origin-mismatch", "proven")}
    denial = next(field["value"] for field in entry["response"]["headers"] if field["name"].lower() == "why403-denial")
    assert f"reason={reason}" in shop.logged(denial)


def test_another_sites_link(browser: Browser, own: str, issuer: Issuer) -> None:
    """A link changes nothing: the cookie comes along, and the page opens."""
    _open(browser, f"{own}/")
    _evaluate(browser, OWN % {"ask": ASK % {"shop": own}})
    issuer.pages["/evil"] = EVIL_LINK % {"shop": own}
    har = browser.har(f"http://evil.localhost:{issuer.port}/evil")
    entry = next(entry for entry in har["log"]["entries"] if entry["request"]["url"] == f"{own}/profile")
    assert entry["response"]["status"] == 200
    assert _sent(entry, "cookie")


def _open(browser: Browser, url: str) -> None:
    """A page, as soon as it is there."""
    browser.call("Page.navigate", url=url)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if _evaluate(browser, "document.readyState + location.href") == f"complete{url}":
            return
        time.sleep(0.02)
    raise AssertionError(f"{url} does not open")


def _evaluate(browser: Browser, script: str) -> str:
    done = browser.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
    assert "exceptionDetails" not in done, done
    value: str = done["result"].get("value", "")
    return value


def _explained(har: dict[str, Any], key: str | None = None) -> set[tuple[str, str]]:
    """What why403 says of the recording."""
    report = why403.explain(json.dumps(har).encode(), key=key).report
    return {(refusal.findings[0].cause, str(refusal.findings[0].confidence)) for refusal in report.refusals}


def _sent(entry: dict[str, Any], name: str) -> str | None:
    return next((field["value"] for field in entry["request"]["headers"] if field["name"].lower() == name), None)
