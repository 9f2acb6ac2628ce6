// Pages and an API on one server: to a browser, http://127.0.0.1 and http://localhost are two sites.
"use strict";
const express = require("express");
const cors = require("cors");
const cookieParser = require("cookie-parser");
const csurf = require("csurf");
const Tokens = require("csrf");

const PORT = Number(process.argv[2]);
const PAGES = `http://127.0.0.1:${PORT}`, API = `http://localhost:${PORT}`;
const app = express();
app.set("etag", false).set("env", "development").use(cookieParser(), express.urlencoded({ extended: false }), express.json());
const html = (script) => (req, res) => res.type("html").send(`<!doctype html><title>shop</title><link rel="icon" href="data:,"><body><script>${script}</script>`);
const ok = (req, res) => res.json({ ok: true });
const known = (req, res, next) => (req.get("authorization") === "Bearer example-token" ? next() : res.status(401).json({ error: "Authentication required" }));
const logged = (req, res, next) => (req.cookies.session ? next() : res.status(401).json({ error: "Not logged in" }));
const call = (path, options = "{}") => `fetch('${API}${path}', ${options}).catch(() => 0);`;
const open = cors({ origin: PAGES, credentials: true });

// a preflight that meets the login, since cors() stands behind it
app.all("/behind-login", known, open, ok);
app.get("/page/preflight-login", html(call("/behind-login", "{method: 'PUT', headers: {Authorization: 'Bearer example-token'}}")));
// a preflight that is answered for another origin
app.all("/other-origin", cors({ origin: "https://shop.example" }), ok);
app.get("/page/preflight-origin", html(call("/other-origin", "{method: 'PUT', headers: {'Content-Type': 'application/json'}, body: '{}'}")));
// a preflight that the origin function refuses
app.all("/throws", cors({ origin: (origin, done) => done(origin === "https://shop.example" ? null : Object.assign(new Error("Not allowed by CORS"), { status: 403, stack: "Error: Not allowed by CORS" })) }), ok); // without its stack, which no page may read and whose length is the clone's path's
app.get("/page/preflight-throws", html(call("/throws", "{method: 'DELETE'}")));
// a preflight whose answer leaves the header out, and one that leaves the method out
app.all("/no-header", cors({ origin: PAGES, allowedHeaders: ["Content-Type"] }), ok);
app.get("/page/preflight-header", html(call("/no-header", "{headers: {'X-Tenant-ID': 'acme'}}")));
app.all("/no-method", cors({ origin: PAGES, methods: ["GET", "POST"] }), ok);
app.get("/page/preflight-method", html(call("/no-method", "{method: 'DELETE'}")));
// a request that is refused for a role: cors() is there, and the page reads the answer
app.all("/role", open, (req, res) => res.status(403).json({ error: "Requires role: admin" }));
app.get("/page/role", html(call("/role", "{credentials: 'include'}")));
// a request that is refused for its missing token, by an answer without CORS headers: the console speaks of CORS
app.get("/no-cors", known, ok);
app.get("/page/no-cors", html(call("/no-cors")));
// a token that the page's script read before it was there
app.all("/token", open, (req, res, next) => (req.method === "OPTIONS" ? next() : known(req, res, next)), ok);
app.get("/page/undefined", html(`let token; ` + call("/token", "{headers: {Authorization: 'Bearer ' + token}}")));
// a session's cookie that SameSite keeps from another site's page
for (const kind of ["strict", "lax"]) {
  app.get(`/start/${kind}`, (req, res, next) => { res.cookie("session", "example-session", { httpOnly: true, sameSite: kind }); html(`location.replace('${PAGES}/page/session')`)(req, res, next); });
}
app.all("/account", open, logged, ok);
app.get("/page/session", html(call("/account", "{credentials: 'include'}")));
// the same cookie, SameSite=None being refused without Secure; and a page that leaves credentials out
app.get("/start/omitted", (req, res, next) => { res.cookie("session", "example-session", { httpOnly: true }); html(`fetch('/account', {credentials: 'omit'})`)(req, res, next); });

// csurf: a form whose token is of before the login, a script that leaves the cookie out, one that leaves the token out
const protect = csurf({ cookie: { sameSite: "lax" } });
app.get("/form/stale", protect, (req, res, next) => {
  const token = req.csrfToken();
  res.cookie("_csrf", new Tokens().secretSync(), { path: "/" }); // the login that renews the secret
  res.type("html").send(`<!doctype html><title>shop</title><link rel="icon" href="data:,"><form method="post" action="/cart"><input name="_csrf" value="${token}"></form><script>document.forms[0].submit()</script>`);
});
const page = (script) => [protect, (req, res, next) => html(`const token = '${req.csrfToken()}'; ${script}`)(req, res, next)];
app.get("/form/no-cookie", ...page(`fetch('/cart', {method: 'POST', credentials: 'omit', headers: {'X-CSRF-Token': token}, body: ''});`));
app.get("/form/no-token", ...page(`fetch('/cart', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"item": 7}'});`));
app.get("/form/undefined", ...page(`fetch('/cart', {method: 'POST', headers: {'X-CSRF-Token': window.token}, body: ''});`));
app.get("/form/across", ...page(`location.replace('${PAGES}/form/across/' + token)`));
app.get("/form/across/:token", (req, res, next) => html(call("/cart", `{method: 'POST', credentials: 'include', headers: {'X-CSRF-Token': '${req.params.token.replace(/[^\w-]/g, "")}'}, body: ''}`))(req, res, next));
app.options("/cart", open);
app.post("/cart", open, protect, ok);

// an application's own check of Origin: a form of another site, and one of a page without referrer, whose Origin is null
app.post("/checkout", (req, res) => (req.get("origin") === API ? ok(req, res) : res.status(403).json({ error: `Origin ${req.get("origin")} is not trusted` })));
app.get("/page/form-across", (req, res) => res.type("html").send(`<!doctype html><title>shop</title><link rel="icon" href="data:,"><form method="post" action="${API}/checkout"></form><script>document.forms[0].submit()</script>`));
app.get("/page/no-referrer", (req, res) => res.type("html").send(`<!doctype html><meta name="referrer" content="no-referrer"><title>shop</title><link rel="icon" href="data:,"><form method="post" action="${API}/checkout"></form><script>document.forms[0].submit()</script>`));
// an image that is only served to the shop's own pages
app.get("/image.png", (req, res) => ((req.get("referer") || "").startsWith(API) ? res.type("png").send("") : res.status(403).type("text").send("Hotlinking is not allowed")));
app.get("/page/hotlink", (req, res) => res.type("html").send(`<!doctype html><title>shop</title><link rel="icon" href="data:,"><img src="${API}/image.png">`));
for (const address of ["127.0.0.1", "::1"]) app.listen(PORT, address).on("error", () => 0); // localhost may be either
