// express-jwt in front of an API: HS256, one audience, one issuer.
"use strict";
const express = require("express");
const { expressjwt } = require("express-jwt");
const jwt = require("jsonwebtoken");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sound = { sub: "ann", aud: "shop-api", iss: "https://login.example", iat: DAY(2024), exp: DAY(2099) };
const sign = (more, secret = SECRET, algorithm = "HS256") => jwt.sign({ ...sound, ...more }, secret, { algorithm });
const app = express();
// the tokens that the scenarios send
app.get("/tokens", (req, res) => res.json({
  sound: sign({}), expired: sign({ exp: DAY(2025) }), early: sign({ nbf: DAY(2098) }), audience: sign({ aud: "other-api" }),
  issuer: sign({ iss: "https://other.example" }), signature: sign({}, "another-secret-of-the-lab"), algorithm: sign({}, SECRET, "HS512"),
  revoked: sign({ jti: "revoked" }),
}));
// the rule: a sound token for this API that is not revoked
app.use(expressjwt({ secret: SECRET, algorithms: ["HS256"], audience: "shop-api", issuer: "https://login.example", isRevoked: (req, token) => token.payload.jti === "revoked" }));
app.get(["/orders", "/json"], (req, res) => res.json({ ok: true }));
app.use("/json", (err, req, res, next) => res.status(err.status).json({ code: err.code, message: err.message }));
app.listen(Number(process.argv[2]), "127.0.0.1");
