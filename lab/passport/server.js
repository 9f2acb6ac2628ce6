// Passport's strategies over an express-session: a form's login, bearer tokens, JWTs, and a guard that asks for a login.
"use strict";
const express = require("express");
const session = require("express-session");
const passport = require("passport");
const { Strategy: Local } = require("passport-local");
const { Strategy: Bearer } = require("passport-http-bearer");
const { Strategy: Jwt, ExtractJwt } = require("passport-jwt");
const { HeaderAPIKeyStrategy: Key } = require("passport-headerapikey");
const jwt = require("jsonwebtoken");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sign = (more) => jwt.sign({ sub: "ann", iat: DAY(2024), exp: DAY(2099), ...more }, SECRET);
const ann = { id: "ann", role: "customer" };
passport.use(new Local((user, password, done) => done(null, user === "ann" && password === "example" && ann)));
passport.use(new Bearer({ realm: "orders" }, (token, done) => done(null, token === "example-ann" && ann, { scope: "read" })));
passport.use(new Jwt({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: SECRET }, (claims, done) => done(null, claims.sub === "ann" && ann)));
passport.use(new Key({ header: "X-API-Key", prefix: "" }, false, (key, done) => done(null, key === "example-key" && ann)));
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, id === "ann" && ann));

const store = new session.MemoryStore();
const app = express();
const ok = (req, res) => res.json({ ok: true });
app.use(session({ secret: SECRET, store, resave: false, saveUninitialized: false }), passport.session(), express.urlencoded({ extended: false }));
app.post("/login", passport.authenticate("local"), ok); // the rule: user and password
app.get("/bearer", passport.authenticate("bearer", { session: false }), ok); // the rule: a known bearer token
app.get("/jwt", passport.authenticate("jwt", { session: false }), ok); // the rule: a sound JWT
app.get("/key", passport.authenticate("headerapikey", { session: false }), ok); // the rule: a known API key
app.get("/account", (req, res) => (req.isAuthenticated() ? ok(req, res) : res.status(401).json({ message: "Please log in" }))); // the rule: a login
app.get("/tokens", (req, res) => res.json({ sound: sign({}), expired: sign({ exp: DAY(2025) }) })); // the JWTs that the scenarios send
app.get("/night", (req, res) => store.clear(() => ok(req, res))); // the store forgets every session, as at a restart
app.listen(Number(process.argv[2]), "127.0.0.1");
