// an endpoint: Astro itself compares Origin with the URL's own before it runs
const ok = () => Response.json({ ok: true });
export const GET = ok, POST = ok, PUT = ok, PATCH = ok, DELETE = ok;
