// Koa with koa-csrf, koa-jwt and guards by ctx.throw, one rule per path.
"use strict";
const Koa = require("koa");
const { createSession: session } = require("koa-session");
const CSRF = require("koa-csrf");
const koaJwt = require("koa-jwt");
const ratelimit = require("koa-ratelimit");
const jwt = require("jsonwebtoken");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sign = (more, secret = SECRET) => jwt.sign({ sub: "ann", iat: DAY(2024), exp: DAY(2099), ...more }, secret);
const app = new Koa();
app.keys = [SECRET];
app.use(session({ signed: false }, app));
app.use(require("koa-bodyparser")());
const at = (path, ...rules) => rules.forEach((rule) => app.use((ctx, next) => (ctx.path === path ? rule(ctx, next) : next())));

at("/tokens", (ctx) => { ctx.body = { sound: sign({}), expired: sign({ exp: DAY(2025) }), signature: sign({}, "another-secret-of-the-lab") }; });
at("/login", (ctx) => { ctx.session = null; ctx.body = { ok: true }; }); // the session ends: tokens handed out before are stale
// the rule: a token of the session
const csrf = new CSRF();
for (const path of ["/form", "/fresh", "/cart"]) at(path, csrf);
at("/form", (ctx) => { ctx.body = { token: ctx.state._csrf }; });
at("/fresh", (ctx) => { ctx.body = { fresh: ctx.state._csrf }; });
// the rule: a sound JWT
at("/orders", koaJwt({ secret: SECRET }));
at("/debug", koaJwt({ secret: SECRET, debug: true }));
// the rule: two requests in five seconds
at("/limited", ratelimit({ driver: "memory", db: new Map(), duration: 5_000, max: 2, id: () => "lab" }));
// the rule: a list of those who may, and of those who may not
at("/listed", ratelimit({ driver: "memory", db: new Map(), duration: 3600_000, max: 9, id: () => "lab", blacklist: () => LISTED }));
const LISTED = process.argv[3] === "banned";
// guards with a message, and without one
at("/admin", (ctx, next) => (ctx.get("x-role") === "admin" ? next() : ctx.throw(403, "Admins only", { expose: true })));
at("/bare", (ctx, next) => (ctx.get("x-role") === "admin" ? next() : ctx.throw(403)));
at("/bare-tenant", (ctx, next) => (ctx.get("x-tenant-id") ? next() : ctx.throw(403)));
app.use((ctx) => { ctx.body = { ok: true }; });
app.listen(Number(process.argv[2]), "127.0.0.1");
