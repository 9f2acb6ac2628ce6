// A guard of one's own around jsonwebtoken's verify, as tutorials write it: with the error's name, its message alone, or nothing.
"use strict";
const express = require("express");
const jwt = require("jsonwebtoken");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sound = { sub: "ann", aud: "shop-api", iss: "https://login.example", iat: DAY(2024), exp: DAY(2099) };
const sign = (more, secret = SECRET) => jwt.sign({ ...sound, ...more }, secret);
const app = express();
// the tokens that the scenarios send
app.get("/tokens", (req, res) => res.json({
  sound: sign({}), expired: sign({ exp: DAY(2025) }), early: sign({ nbf: DAY(2098) }), audience: sign({ aud: "other-api" }),
  issuer: sign({ iss: "https://other.example" }), signature: sign({}, "another-secret-of-the-lab"), unsigned: jwt.sign(sound, "", { algorithm: "none" }),
  subject: sign({ sub: "bob" }),
}));
// the rule: a sound token for this API
const guard = (refuse) => (req, res, next) => {
  const token = (req.get("authorization") || "").split(" ")[1];
  jwt.verify(token, SECRET, { audience: "shop-api", issuer: "https://login.example", subject: "ann" }, (err) => (err ? refuse(res, err) : next()));
};
const ok = (req, res) => res.json({ ok: true });
app.get("/named", guard((res, err) => res.status(401).json({ error: err })), ok);
app.get("/message", guard((res, err) => res.status(403).json({ message: err.message })), ok);
app.get("/bare", guard((res) => res.sendStatus(403)), ok);
app.listen(Number(process.argv[2]), "127.0.0.1");
