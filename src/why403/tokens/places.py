"""Where requests carry tokens: header fields, query parameters and cookies, by their names."""

from __future__ import annotations

import re

from ..model import Pattern

# Header fields by which services take a key; the list is of names, not of products.
KEY_HEADERS = (
    "x-api-key", "api-key", "apikey", "x-apikey", "x-auth-token", "x-access-token", "x-token", "access-token",
    "private-token", "job-token", "x-goog-api-key", "ocp-apim-subscription-key", "x-functions-key", "x-vault-token",
    "x-amz-security-token", "x-shopify-access-token", "x-figma-token", "x-rapidapi-key", "cf-access-client-id",
    "cf-access-jwt-assertion", "x-auth-key", "x-auth-email", "dd-api-key", "x-github-token", "x-plex-token",
    "x-emby-token", "x-gitlab-token", "circle-token", "x-ms-client-principal", "x-consumer-key", "fastly-key",
    "x-app-key", "x-auth", "authentication", "token", "x-riot-token", "x-cmc_pro_api_key", "x-mbx-apikey",
)  # fmt: skip
KEY_PARAMETERS = (
    "access_token", "api_key", "apikey", "api-key", "key", "token", "auth", "auth_token", "appid", "app_id", "sig",
    "signature", "x-amz-signature", "x-goog-signature", "subscription-key", "code", "private_token", "jwt", "sessionid",
)  # fmt: skip
SESSION_COOKIE = Pattern(r"sess|sid|auth|token|jwt|login|remember|identity|connect\.sid|_user|access", re.IGNORECASE)
