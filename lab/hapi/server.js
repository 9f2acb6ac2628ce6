// hapi with its own plugins: basic, cookie and JWT strategies, scopes, crumb.
"use strict";
const Hapi = require("@hapi/hapi");
const Jwt = require("@hapi/jwt");
const Boom = require("@hapi/boom");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sign = (more, key = SECRET) => Jwt.token.generate({ sub: "ann", aud: "shop-api", iss: "login", iat: DAY(2024), exp: DAY(2099), ...more }, { key, algorithm: "HS256" });
const ok = () => ({ ok: true });

async function main() {
  const server = Hapi.server({ port: Number(process.argv[2]), host: "127.0.0.1" });
  await server.register([require("@hapi/basic"), require("@hapi/cookie"), Jwt, { plugin: require("@hapi/crumb"), options: { restful: true, cookieOptions: { isSecure: false }, skip: (request) => request.path !== "/cart" && !request.path.startsWith("/form") } }]);
  const users = { ann: { password: "example", scope: ["admin"] }, bob: { password: "example", scope: ["customer"] } };
  server.auth.strategy("basic", "basic", { validate: async (request, name, password) => ({ isValid: users[name]?.password === password, credentials: { name, scope: users[name]?.scope } }) });
  server.auth.strategy("cookie", "cookie", { cookie: { name: "sid", password: "not-a-secret-of-the-lab-0123456789", isSecure: false }, validate: async (request, session) => ({ isValid: session.user === "ann" }) });
  server.auth.strategy("jwt", "jwt", { keys: SECRET, verify: { aud: "shop-api", iss: "login", sub: false, maxAgeSec: 0 }, validate: (artifacts) => ({ isValid: artifacts.decoded.payload.sub === "ann" }) });
  server.route([
    { method: "GET", path: "/tokens", handler: () => ({ sound: sign({}), expired: sign({ exp: DAY(2025) }), early: sign({ nbf: DAY(2098) }), audience: sign({ aud: "other" }), issuer: sign({ iss: "other" }), signature: sign({}, "another-secret-of-the-lab"), user: sign({ sub: "eve" }) }) },
    { method: "GET", path: "/basic", handler: ok, options: { auth: "basic" } }, // the rule: user and password
    { method: "GET", path: "/admin", handler: ok, options: { auth: { strategy: "basic", scope: ["admin"] } } }, // the rule: the scope admin
    { method: "GET", path: "/session", handler: ok, options: { auth: "cookie" } }, // the rule: a session's cookie
    { method: "GET", path: "/jwt", handler: ok, options: { auth: "jwt" } }, // the rule: a sound JWT
    { method: "POST", path: "/login", handler: (request) => { request.cookieAuth.set({ user: request.query.user }); return ok(); }, options: { auth: { strategy: "cookie", mode: "try" } } },
    { method: "GET", path: "/form", handler: (request) => ({ token: request.plugins.crumb }) },
    { method: "GET", path: "/form/members", handler: (request) => { if (request.query.member !== "yes") throw Boom.forbidden(); return ok(); } }, // the rule: members only
    { method: "POST", path: "/cart", handler: ok }, // the rule: the crumb's cookie and the same in X-CSRF-Token
  ]);
  await server.start();
}
main();
