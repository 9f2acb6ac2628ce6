// Hono's own middleware, one per path.
import { createRequire } from "node:module";
const need = createRequire(`${process.env.CACHE}/package.json`);
const { Hono } = need("hono");
const { serve } = need("@hono/node-server");
const { getConnInfo } = need("@hono/node-server/conninfo");
const { HTTPException } = need("hono/http-exception");
const { csrf } = need("hono/csrf");
const { bearerAuth } = need("hono/bearer-auth");
const { basicAuth } = need("hono/basic-auth");
const { ipRestriction } = need("hono/ip-restriction");
const { jwt, sign } = need("hono/jwt");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const make = (more, secret = SECRET) => sign({ sub: "ann", iat: DAY(2024), exp: DAY(2099), ...more }, secret, "HS256");
const app = new Hono();
app.get("/tokens", async (c) => c.json({ sound: await make({}), expired: await make({ exp: DAY(2025) }), early: await make({ nbf: DAY(2098) }), signature: await make({}, "another-secret-of-the-lab") }));
app.use("/cart", csrf({ origin: "https://shop.example" })); // the rule: a form's Origin is the shop's
app.use("/bearer", bearerAuth({ token: "example-token" })); // the rule: a known bearer token
app.use("/basic", basicAuth({ username: "ann", password: "example" })); // the rule: user and password
app.use("/listed", ipRestriction(getConnInfo, { allowList: [process.argv[3]] })); // the rule: listed addresses
app.use("/banned", ipRestriction(getConnInfo, { denyList: [process.argv[4]] })); // the rule: no listed address
app.use("/jwt", jwt({ secret: SECRET, alg: "HS256" })); // the rule: a sound JWT
app.use("/members", async (c, next) => { if (c.req.query("member") !== "yes") throw new HTTPException(403, { message: "Forbidden" }); await next(); }); // the rule: members only
app.all("*", (c) => c.json({ ok: true }));
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" });
