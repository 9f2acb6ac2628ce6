// Fastify with its own plugins, one rule per route.
"use strict";
const fastify = require("fastify");
const fastJwt = require("fast-jwt");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sound = { sub: "ann", aud: "shop-api", iat: DAY(2024), exp: DAY(2099) };
const sign = (more, key = SECRET) => fastJwt.createSigner({ key, algorithm: "HS256" })({ ...sound, ...more });

async function main() {
  const app = fastify({ logger: false });
  await app.register(require("@fastify/cookie"));
  await app.register(require("@fastify/csrf-protection"), { cookieOpts: { path: "/" } });
  await app.register(require("@fastify/jwt"), { secret: SECRET, verify: { allowedAud: "shop-api" } });
  await app.register(require("@fastify/rate-limit"), { global: false });
  await app.register(require("@fastify/cors"), { origin: ["https://shop.example"], strictPreflight: true });
  await app.register(require("@fastify/basic-auth"), { authenticate: { realm: "shop" }, validate: async (user, password) => { if (user !== "ann" || password !== "example") throw new Error("Winter is coming"); } });
  await app.register(async (inner) => { // the rule: a known key as a bearer token
    await inner.register(require("@fastify/bearer-auth"), { keys: new Set(["example-key"]) });
    inner.get("/keyed", ok);
  });
  app.get("/form", async (req, reply) => ({ token: reply.generateCsrf() }));
  app.get("/tokens", async () => ({ sound: sign({}), expired: sign({ exp: DAY(2025) }), early: sign({ nbf: DAY(2098) }), audience: sign({ aud: "other-api" }), signature: sign({}, "another-secret-of-the-lab") }));
  app.post("/cart", { onRequest: app.csrfProtection }, ok); // the rule: a token of the secret in the cookie
  app.get("/orders", { onRequest: (req) => req.jwtVerify() }, ok); // the rule: a sound token for this API
  app.get("/limited", { config: { rateLimit: { max: 2, timeWindow: "5 seconds" } } }, ok); // the rule: two requests in five seconds
  app.get("/banned", { config: { rateLimit: { max: 1, ban: 1, timeWindow: "5 seconds" } } }, ok); // the rule: one request in five seconds, then a ban until they are over
  app.get("/basic", { onRequest: app.basicAuth }, ok); // the rule: user and password
  await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
}
async function ok() { return { ok: true }; }
main();
