// AdonisJS without its starter kit: the framework's own ignitor, session and shield; one rule per route.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const need = createRequire(`${process.env.CACHE}/node_modules/x.js`);
const take = (name) => import(pathToFileURL(need.resolve(name)).href);
const [{ IgnitorFactory }, session, shield, core] = await Promise.all(["@adonisjs/core/factories", "@adonisjs/session", "@adonisjs/shield", "@adonisjs/core"].map(take));
const { Exception } = await take("@adonisjs/core/exceptions");

process.env.HOST = "127.0.0.1";
process.env.PORT = process.argv[2];
process.env.NODE_ENV = "production";
const ignitor = new IgnitorFactory()
  .withCoreConfig().withCoreProviders()
  .merge({
    rcFileContents: { providers: [() => take("@adonisjs/session/session_provider"), () => take("@adonisjs/shield/shield_provider")] },
    config: {
      session: session.defineConfig({ enabled: true, clearWithBrowser: true, cookieName: "adonis-session", store: "cookie", stores: { cookie: session.stores.cookie() }, cookie: { maxAge: undefined, path: "/", httpOnly: true, secure: false, sameSite: "lax" } }),
      shield: shield.defineConfig({ csrf: { enabled: true, enableXsrfCookie: false, methods: ["POST", "PUT", "PATCH", "DELETE"] } }), // the rule: a token of the session
    },
  })
  .create(new URL("./", import.meta.url), { importer: (path) => import(path) });
ignitor.tap((app) => app.booted(async () => {
  const router = await app.container.make("router");
  const server = await app.container.make("server");
  server.use([]);
  router.use([() => take("@adonisjs/session/session_middleware"), () => take("@adonisjs/shield/shield_middleware")]);
  router.get("/form", ({ request, response }) => response.json({ token: request.csrfToken }));
  router.get("/fresh", ({ request, response }) => response.json({ fresh: request.csrfToken }));
  router.get("/login", ({ session, response }) => { session.clear(); response.json({ ok: true }); }); // the session is renewed
  router.post("/cart", ({ response }) => response.json({ ok: true }));
}));
await ignitor.httpServer().start();
