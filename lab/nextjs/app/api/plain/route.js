const ok = () => Response.json({ ok: true });
export const GET = ok, POST = ok, PUT = ok, PATCH = ok, DELETE = ok;
export const dynamic = "force-dynamic";
