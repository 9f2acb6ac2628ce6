// the rule: a role, and a feature that is off
export function GET(request) {
  if (request.headers.get("authorization") === null) return Response.json({ error: "Not authenticated" }, { status: 401 });
  if (request.headers.get("authorization") !== "Bearer example-admin") return Response.json({ error: "Insufficient permissions" }, { status: 403 });
  return Response.json({ ok: true });
}
