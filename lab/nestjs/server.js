// NestJS without a compiler: its decorators are called as functions. One guard per route.
"use strict";
require("reflect-metadata");
const { CanActivate, Controller, ForbiddenException, Get, Module, UnauthorizedException, UseGuards, HttpException } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
const { Throttle, ThrottlerGuard, ThrottlerModule } = require("@nestjs/throttler");
const { AuthGuard, PassportModule } = require("@nestjs/passport");
const { JwtModule, JwtService } = require("@nestjs/jwt");
const passport = require("passport");
const { Strategy, ExtractJwt } = require("passport-jwt");
const jwt = require("jsonwebtoken");

const SECRET = "not-a-secret-of-the-lab";
const DAY = (year) => Date.UTC(year, 0, 1) / 1000;
const sign = (more, secret = SECRET) => jwt.sign({ sub: "ann", role: "customer", iat: DAY(2024), exp: DAY(2099), ...more }, secret);
passport.use(new Strategy({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: SECRET }, (claims, done) => done(null, claims)));
const header = (context, name) => context.switchToHttp().getRequest().get(name);

class Roles { canActivate(context) { return context.switchToHttp().getRequest().user.role === "admin"; } } // false: Nest's own words
class Owner { canActivate(context) { const { user, params } = context.switchToHttp().getRequest(); if (user.sub !== params.owner) throw new ForbiddenException("You can only read your own orders"); return true; } }
class Key { canActivate(context) { const key = header(context, "x-api-key"); if (!key) throw new UnauthorizedException("API key is missing"); if (key !== "example-key") throw new UnauthorizedException("Invalid API key"); return true; } }
class Tenant { canActivate(context) { if (!header(context, "x-tenant-id")) throw new ForbiddenException("X-Tenant-ID header is required"); return true; } }
class Flag { canActivate() { throw new ForbiddenException("This feature is not enabled for your organization"); } }
class Bare { canActivate(context) { if (!header(context, "x-tenant-id")) throw new ForbiddenException(); return true; } }
class BareRole { canActivate(context) { if (context.switchToHttp().getRequest().user.role !== "admin") throw new ForbiddenException(); return true; } }
// the guard of Nest's documentation on authentication: whatever fails is an UnauthorizedException
class Documented { async canActivate(context) { try { await new JwtService({}).verifyAsync((header(context, "authorization") || "").split(" ")[1], { secret: SECRET }); return true; } catch { throw new UnauthorizedException(); } } }

class Shop { ok() { return { ok: true }; } tokens() { return { sound: sign({}), admin: sign({ role: "admin" }), expired: sign({ exp: DAY(2025) }), signature: sign({}, "another-secret-of-the-lab") }; } }
const routes = { tokens: [], jwt: [AuthGuard("jwt")], documented: [Documented], admin: [AuthGuard("jwt"), Roles], "orders/:owner": [AuthGuard("jwt"), Owner], key: [Key], tenant: [Tenant], flag: [Flag], limited: [ThrottlerGuard], bare: [Bare], "bare-role": [AuthGuard("jwt"), BareRole], open: [] };
for (const [path, guards] of Object.entries(routes)) {
  const name = path === "tokens" ? "tokens" : path;
  if (name !== "tokens") Shop.prototype[name] = function () { return { ok: true }; };
  const descriptor = Object.getOwnPropertyDescriptor(Shop.prototype, name);
  Get(path)(Shop.prototype, name, descriptor);
  if (guards.length) UseGuards(...guards)(Shop.prototype, name, descriptor);
}
Controller()(Shop);
class App {}
Module({ imports: [PassportModule, ThrottlerModule.forRoot([{ ttl: 5_000, limit: 2 }])], controllers: [Shop] })(App);
NestFactory.create(App, { logger: ["error", "warn"] }).then((app) => app.listen(Number(process.argv[2]), "127.0.0.1"));
