// lusca's csrf in front of a cart: a token of the session's secret.
"use strict";
const express = require("express");
const session = require("express-session");
const lusca = require("lusca");

const app = express();
app.use(session({ secret: "not-a-secret-of-the-lab", resave: false, saveUninitialized: true }), express.urlencoded({ extended: false }), express.json());
// the rule: every POST needs a token of the session
app.use(lusca.csrf());
app.get("/form", (req, res) => res.json({ token: req.csrfToken() }));
// a login renews the session: tokens handed out before it are stale
app.get("/fresh", (req, res) => res.json({ fresh: req.csrfToken() }));
app.get("/login", (req, res, next) => req.session.regenerate((err) => (err ? next(err) : res.json({ ok: true }))));
app.post("/cart", (req, res) => res.json({ ok: true }));
app.listen(Number(process.argv[2]), "127.0.0.1");
