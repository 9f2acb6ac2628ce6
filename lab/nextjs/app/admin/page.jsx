import { headers } from "next/headers";
import { forbidden, unauthorized } from "next/navigation";

// the rule: a login, then a role
export default async function Admin() {
  const who = (await headers()).get("authorization");
  if (!who) unauthorized();
  if (who !== "Bearer example-admin") forbidden();
  return <p>Reports</p>;
}
