// A shop's API in one file: every route is guarded by one rule, named above it.
"use strict";
const express = require("express");
const cors = require("cors");
const helmet = require("helmet");
const { rateLimit } = require("express-rate-limit");
const { IpFilter } = require("express-ipfilter");
const basicAuth = require("express-basic-auth");
const permissions = require("express-jwt-permissions");
const { defineAbility, ForbiddenError } = require("@casl/ability");
const { InMemoryProvider, OpenFeature } = require("@openfeature/server-sdk");
const path = require("path");

const app = express();
const LISTED = JSON.parse(process.argv[3]); // the addresses that /listed admits
const BANNED = JSON.parse(process.argv[4]); // the addresses that /banned refuses
const PLAIN = process.argv[5] === "plain"; // whether /tls may be asked without TLS
const USERS = { "example-ann": { name: "ann", role: "admin", mfa: true }, "example-bob": { name: "bob", role: "customer", mfa: false } };
const SITES = ["https://shop.example"];
const flag = (on) => ({ disabled: false, variants: { on: true, off: false }, defaultVariant: on ? "on" : "off" });
OpenFeature.setProvider(new InMemoryProvider({ reports: flag(false), orders: flag(true) }));
const flags = OpenFeature.getClient();

// who asks: an API token, as a route guard expects it
function authenticate(req, res, next) {
  const [scheme, token] = (req.get("authorization") || "").split(" ");
  if (!token) return res.status(401).json({ error: "Authentication required" });
  if (scheme !== "Bearer") return res.status(401).json({ error: "Authorization header must be of the form Bearer <token>" });
  req.user = USERS[token];
  if (!req.user) return res.status(401).json({ error: "Invalid token" });
  next();
}
const guard = (test, refuse) => (req, res, next) => (test(req) ? next() : refuse(res));
const ok = (req, res) => res.json({ ok: true });
const bare = (res) => res.sendStatus(403);
const plain = (res) => res.status(403).json({ error: "Forbidden" });
const words = (body, status = 403) => (res) => res.status(status).json(body);
const admin = (req) => req.user.role === "admin";
const owner = (req) => req.user.name === req.params.owner;

// the host check: names that this API serves
app.use(guard((req) => ["127.0.0.1", "localhost"].includes(req.hostname), words({ error: "Host not allowed" })));
app.get("/", ok);

// bare answers: a role, an owner, a flag, an address, all with sendStatus(403)
app.get("/bare/admin", authenticate, guard(admin, bare), ok);
app.get("/bare/orders/:owner", authenticate, guard(owner, bare), ok);
app.get("/bare/flag/:name", async (req, res) => ((await flags.getBooleanValue(req.params.name, false)) ? ok(req, res) : bare(res)));
app.get("/bare/inside", guard((req) => req.get("x-tenant-id") === "acme", bare), ok);
// bare answers in JSON: a role, an owner
app.get("/plain/admin", authenticate, guard(admin, plain), ok);
app.get("/plain/orders/:owner", authenticate, guard(owner, plain), ok);

// guards that say why
app.get("/admin", authenticate, guard(admin, words({ error: "Forbidden", message: "Requires role: admin" })), ok);
app.get("/orders/:owner", authenticate, guard(owner, words({ error: "Forbidden", message: "You do not own this resource" })), ok);
app.get("/tenant", guard((req) => req.get("x-tenant-id"), words({ error: "Missing required header: X-Tenant-ID" })), ok);
app.get("/flag/:name", async (req, res) => {
  if (await flags.getBooleanValue(req.params.name, false)) return ok(req, res);
  res.status(403).json({ error: "feature_disabled", message: `Feature '${req.params.name}' is not enabled for your account` });
});
app.get("/secure", authenticate, guard((req) => req.user.mfa, words({ error: "mfa_required", message: "Multi-factor authentication is required" })), ok);
app.get("/tls", guard((req) => req.secure || PLAIN, words({ error: "HTTPS is required" })), ok);
app.all("/readonly", guard((req) => req.method === "GET", (res) => res.set("Allow", "GET").status(405).json({ error: "Method not allowed" })), ok);

// libraries that refuse in their own words
app.get("/limited", rateLimit({ windowMs: 5_000, limit: 2, standardHeaders: "draft-7", legacyHeaders: true }), ok);
app.get("/listed", IpFilter(LISTED, { mode: "allow", log: false }), ok);
app.get("/banned", IpFilter(BANNED, { mode: "deny", log: false }), ok);
app.get("/basic", basicAuth({ users: { ann: "example" }, challenge: true, realm: "shop" }), ok);
app.get("/permission", authenticate, (req, res, next) => { req.auth = { permissions: admin(req) ? ["orders:delete"] : ["orders:read"] }; next(); },
  permissions({ requestProperty: "auth" }).check("orders:delete"), ok);
app.delete("/articles/:owner", authenticate, (req, res, next) => {
  const ability = defineAbility((can) => { can("read", "Article"); if (owner(req)) can("delete", "Article"); });
  try { ForbiddenError.from(ability).throwUnlessCan("delete", "Article"); ok(req, res); } catch (error) { res.status(403).json({ error: error.message }); }
});
app.use("/files", express.static(path.join(process.env.RUN, "files"), { dotfiles: "deny", fallthrough: false }));

// CORS: an origin function that refuses by throwing, and a check of the application's own
app.use("/cors", cors({ origin: (origin, done) => (!origin || SITES.includes(origin) ? done(null, true) : done(Object.assign(new Error("Not allowed by CORS"), { status: 403 }))) }));
app.all("/cors", ok);
app.all("/same-site", helmet(), guard((req) => !req.get("origin") || SITES.includes(req.get("origin")), words({ error: "Origin not allowed" })), ok);

app.listen(Number(process.argv[2]), "127.0.0.1");
