// csrf-csrf (double submit) in front of a cart: the cookie's token must be the one sent, and the session's.
"use strict";
const express = require("express");
const cookieParser = require("cookie-parser");
const { doubleCsrf } = require("csrf-csrf");

const { generateCsrfToken, doubleCsrfProtection } = doubleCsrf({
  getSecret: () => "not-a-secret-of-the-lab",
  getSessionIdentifier: (req) => req.cookies.sid || "",
  cookieName: "psifi.x-csrf-token",
  cookieOptions: { secure: false, sameSite: "lax" },
});
const app = express();
app.use(cookieParser(), express.json());
app.get("/form", (req, res) => res.json({ token: generateCsrfToken(req, res) }));
app.get("/fresh", (req, res) => res.json({ fresh: generateCsrfToken(req, res, { overwrite: true }) }));
// a login: the session becomes another one, tokens made before it are stale
app.get("/login", (req, res) => res.cookie("sid", "example-session").json({ ok: true }));
// the rule: every POST needs the token in its header and in its cookie
app.use(doubleCsrfProtection);
app.post(["/cart", "/json"], (req, res) => res.json({ ok: true }));
app.use("/json", (err, req, res, next) => res.status(err.statusCode).json({ code: err.code, message: err.message }));
app.listen(Number(process.argv[2]), "127.0.0.1");
