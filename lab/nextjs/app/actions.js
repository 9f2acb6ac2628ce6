"use server";
// a Server Action; Next itself compares Origin with Host before it runs
export async function order() {
  return { ok: true };
}
