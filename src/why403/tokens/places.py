"""Where requests carry tokens: header fields, query parameters, fields of a body and cookies, by their names."""

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
# the field in which a product's API takes its token or key, and what stands before it there, as its documentation has it
OF_PRODUCT: dict[str, tuple[str, str]] = {
    "anthropic": ("x-api-key", ""), "azure-api-management": ("Ocp-Apim-Subscription-Key", ""), "baserow": ("Authorization", "Token "),
    "binance": ("X-MBX-APIKEY", ""), "circleci": ("Circle-Token", ""), "clickup": ("Authorization", ""),
    "coinmarketcap": ("X-CMC_PRO_API_KEY", ""), "consul": ("X-Consul-Token", ""), "datadog": ("DD-API-KEY", ""),
    "deepl": ("Authorization", "DeepL-Auth-Key "), "discord": ("Authorization", "Bot "), "drf": ("Authorization", "Token "),
    "elasticsearch": ("Authorization", "ApiKey "), "emby": ("X-Emby-Token", ""), "etcd": ("Authorization", ""),
    "fastly": ("Fastly-Key", ""), "figma": ("X-Figma-Token", ""), "forgejo": ("Authorization", "token "),
    "gitea": ("Authorization", "token "), "gitlab": ("PRIVATE-TOKEN", ""), "gotify": ("X-Gotify-Key", ""),
    "influxdb": ("Authorization", "Token "), "jellyfin": ("X-Emby-Token", ""), "jupyter": ("Authorization", "token "),
    "lidarr": ("X-Api-Key", ""), "linear": ("Authorization", ""), "monday": ("Authorization", ""), "netbox": ("Authorization", "Token "),
    "newsapi": ("X-Api-Key", ""), "nocodb": ("xc-token", ""), "nomad": ("X-Nomad-Token", ""), "octoprint": ("X-Api-Key", ""),
    "okta": ("Authorization", "SSWS "), "pagerduty": ("Authorization", "Token token="), "paperless-ngx": ("Authorization", "Token "),
    "pinecone": ("Api-Key", ""), "plex": ("X-Plex-Token", ""), "portainer": ("X-API-Key", ""), "prowlarr": ("X-Api-Key", ""),
    "qdrant": ("api-key", ""), "radarr": ("X-Api-Key", ""), "rapidapi": ("X-RapidAPI-Key", ""), "redmine": ("X-Redmine-API-Key", ""),
    "riot-games": ("X-Riot-Token", ""), "rundeck": ("X-Rundeck-Auth-Token", ""), "scaleway": ("X-Auth-Token", ""),
    "shopify": ("X-Shopify-Access-Token", ""), "sonarr": ("X-Api-Key", ""), "syncthing": ("X-API-Key", ""),
    "typesense": ("X-TYPESENSE-API-KEY", ""), "vault": ("X-Vault-Token", ""),
}  # fmt: skip
# fields of forms and of JSON bodies, as frameworks' logins and OAuth's token endpoint (RFC 6749, sections 4.3 and 6) call them,
# the surest first
NAMES = (
    "username", "user_name", "user", "login", "email", "userid", "user_id", "account", "identifier", "uid", "name",
    "j_username", "log", "id",
)  # fmt: skip
PASSWORDS = ("password", "passwd", "pass", "pwd", "passphrase", "j_password", "user_password", "passcode")
TOKENS = (
    "refresh_token", "refresh", "token", "refreshtoken", "access_token", "accesstoken", "id_token", "jwt",
    "assertion", "subject_token", "api_key", "apikey", "client_secret", "auth_token",
)  # fmt: skip
SESSION_COOKIE = Pattern(r"sess|sid|auth|token|jwt|login|remember|identity|connect\.sid|_user|access", re.IGNORECASE)
