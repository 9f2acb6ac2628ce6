"""Who issued a token, by the form of its `iss`, and what that issuer is known for."""

from __future__ import annotations

import re

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Issuer(NamedTuple):
    """One issuer: the form of its `iss`, its name, and what those who verify its tokens stumble over."""

    pattern: str
    name: str
    note: str
    see: str


ENTRA = "https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens"
COGNITO = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html"
ISSUERS: tuple[Issuer, ...] = (
    Issuer(
        r"https://login\.microsoftonline\.(?:com|us|cn)/[^/]+/v2\.0/?",
        "Microsoft Entra ID (v2.0)",
        "aud is the application's client id",
        ENTRA,
    ),
    Issuer(
        r"https://sts\.windows\.net/[^/]+/?",
        "Microsoft Entra ID (v1.0)",
        "aud is the App ID URI (api://...) or the client id",
        ENTRA,
    ),
    Issuer(
        r"https://[\w-]+\.b2clogin\.com/.*",
        "Azure AD B2C",
        "iss holds the tenant's id and may hold the policy",
        "https://learn.microsoft.com/en-us/azure/active-directory-b2c/tokens-overview",
    ),
    Issuer(r"https://[\w-]+\.ciamlogin\.com/.*", "Microsoft Entra External ID", "", ENTRA),
    Issuer(
        r"https://[\w.-]+\.auth0\.com/?",
        "Auth0",
        "iss ends with a slash",
        "https://auth0.com/docs/secure/tokens/access-tokens/validate-access-tokens",
    ),
    Issuer(
        r"https://[\w.-]+\.okta(?:preview|-emea)?\.com/oauth2/[\w-]+",
        "Okta, a custom authorization server",
        "",
        "https://developer.okta.com/docs/guides/validate-access-tokens/",
    ),
    Issuer(
        r"https://[\w.-]+\.okta(?:preview|-emea)?\.com/?",
        "Okta, the org authorization server",
        "its access tokens are for Okta's own API and cannot be verified by others",
        "https://developer.okta.com/docs/concepts/auth-servers/",
    ),
    Issuer(
        r"https://cognito-idp\.[\w-]+\.amazonaws\.com(?:\.cn)?/[\w-]+",
        "Amazon Cognito",
        "access tokens have client_id and no aud; ID tokens have aud",
        COGNITO,
    ),
    Issuer(
        r"https://cognito-identity\.amazonaws\.com",
        "Amazon Cognito identity pool",
        "",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/open-id.html",
    ),
    Issuer(
        r"https?://.+/realms/[^/]+/?",
        "Keycloak",
        "aud is often only `account`; azp names the client",
        "https://www.keycloak.org/docs/latest/server_admin/#audience-support",
    ),
    Issuer(
        r"(?:https://)?accounts\.google\.com",
        "Google",
        "ID tokens only: Google's access tokens are opaque",
        "https://developers.google.com/identity/openid-connect/openid-connect",
    ),
    Issuer(
        r"https://securetoken\.google\.com/[\w-]+",
        "Firebase Authentication",
        "aud is the project's id",
        "https://firebase.google.com/docs/auth/admin/verify-id-tokens",
    ),
    Issuer(
        r"https://session\.firebase\.google\.com/[\w-]+",
        "Firebase session cookie",
        "aud is the project's id",
        "https://firebase.google.com/docs/auth/admin/manage-cookies",
    ),
    Issuer(
        r"https://cloud\.google\.com/iap",
        "Google Identity-Aware Proxy",
        "aud names the backend by number",
        "https://cloud.google.com/iap/docs/signed-headers-howto",
    ),
    Issuer(
        r"https://appleid\.apple\.com",
        "Sign in with Apple",
        "aud is the app's or service's id",
        "https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple",
    ),
    Issuer(
        r"https://token\.actions\.githubusercontent\.com(?:/.*)?",
        "GitHub Actions",
        "sub names repository and ref, as trust policies compare it",
        "https://docs.github.com/en/actions/concepts/security/openid-connect",
    ),
    Issuer(
        r"https://gitlab\.[\w.-]+",
        "GitLab CI",
        "aud is what id_tokens: says",
        "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
    ),
    Issuer(
        r"https://oidc\.eks\.[\w-]+\.amazonaws\.com(?:\.cn)?/id/\w+",
        "Amazon EKS service account",
        "aud is sts.amazonaws.com for roles",
        "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html",
    ),
    Issuer(
        r"kubernetes/serviceaccount",
        "Kubernetes service account (legacy, without end)",
        "",
        "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
    ),
    Issuer(
        r"https://kubernetes\.default\.svc(?:\.cluster\.local)?/?",
        "Kubernetes service account",
        "",
        "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
    ),
    Issuer(
        r"https://[\w-]+\.supabase\.co/auth/v1",
        "Supabase Auth",
        "aud is `authenticated`",
        "https://supabase.com/docs/guides/auth/jwts",
    ),
    Issuer(
        r"supabase",
        "Supabase API key (anon or service_role)",
        "the role stands in the claim role",
        "https://supabase.com/docs/guides/api/api-keys",
    ),
    Issuer(
        r"https://[\w-]+\.clerk\.accounts\.dev|https://clerk\.[\w.-]+",
        "Clerk",
        "no aud; azp is the page's origin",
        "https://clerk.com/docs/backend-requests/manual-jwt",
    ),
    Issuer(
        r"https://[\w-]+\.cloudflareaccess\.com",
        "Cloudflare Access",
        "aud is the application's AUD tag",
        "https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/",
    ),
    Issuer(r"https://auth\.pingone\.\w+/.*", "PingOne", "", "https://docs.pingidentity.com/pingone/"),
    Issuer(r"https://[\w-]+\.onelogin\.com/.*", "OneLogin", "", "https://developers.onelogin.com/openid-connect"),
)


def issuer(claims: dict[str, Any]) -> Issuer | None:
    """Who issued a token with these claims, where its `iss` tells."""
    value = claims.get("iss")
    if not isinstance(value, str) or len(value) > 500:
        return None
    return next((known for known in ISSUERS if re.fullmatch(known.pattern, value.strip())), None)


def no_verifying(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Why nobody but its own service can verify this token; "" where others can."""
    if "nonce" in header and claims.get("aud") in (
        "00000003-0000-0000-c000-000000000000",
        "https://graph.microsoft.com",
    ):
        return "it is for Microsoft Graph, which alone can verify it: the nonce in its header is hashed before signing"
    if (known := issuer(claims)) and "cannot be verified" in known.note:
        return known.note
    return ""
