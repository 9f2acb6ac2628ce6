// edge-csrf as Makerkit's middleware uses it: every state-changing request, API routes and Server Actions alike
import { createCsrfMiddleware, createCsrfProtect, CsrfError } from "@edge-csrf/nextjs";
import { NextResponse } from "next/server";

const cookie = { secure: false, name: "csrfSecret" };
const protect = createCsrfProtect({ cookie });
const plain = createCsrfMiddleware({ cookie });

export async function middleware(request) {
  if (request.nextUrl.pathname === "/login") { // the secret is renewed: tokens handed out before are stale
    const response = NextResponse.json({ ok: true });
    response.cookies.delete("csrfSecret");
    return response;
  }
  if (request.nextUrl.pathname.startsWith("/api/plain")) return plain(request); // the library's own middleware
  const response = NextResponse.next();
  try {
    await protect(request, response);
    return response;
  } catch (error) {
    if (error instanceof CsrfError) return NextResponse.json("Invalid CSRF token", { status: 403 });
    throw error;
  }
}
export const config = { matcher: ["/((?!_next/static|_next/image|favicon.ico).*)"] };
