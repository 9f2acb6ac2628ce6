// csurf in front of a cart, with the secret in a cookie; the same in production on a second port, where Express hides the message.
"use strict";
const express = require("express");
const cookieParser = require("cookie-parser");
const csurf = require("csurf");
const Tokens = require("csrf");

function shop(env) {
  const app = express();
  app.set("env", env);
  app.use(cookieParser(), express.urlencoded({ extended: false }), express.json());
  // a login that renews the secret: tokens handed out before it are stale
  app.get("/login", (req, res) => res.cookie("_csrf", new Tokens().secretSync()).json({ ok: true }));
  // the rule: every POST needs a token of the secret in the cookie
  app.use(csurf({ cookie: true }));
  app.get("/form", (req, res) => res.json({ token: req.csrfToken() }));
  app.get("/fresh", (req, res) => res.json({ fresh: req.csrfToken() }));
  app.post(["/cart", "/told", "/json"], (req, res) => res.json({ ok: true }));
  // the error handler of csurf's own documentation
  app.use("/told", (err, req, res, next) => (err.code === "EBADCSRFTOKEN" ? res.status(403).send("form tampered with") : next(err)));
  app.use("/json", (err, req, res, next) => res.status(err.status || 500).json({ code: err.code, message: err.message }));
  return app;
}
shop("development").listen(Number(process.argv[2]), "127.0.0.1");
shop("production").listen(Number(process.argv[3]), "127.0.0.1");
