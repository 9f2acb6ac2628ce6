# ruff: noqa: E501 (a table: one place a line)
"""Where a secret may stand: each place takes one and gives an input (or a part of one) that carries it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import shlex
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

from .secrets import jwt

Entry = dict[str, Any]
Place = Callable[[str], Any]


def entry(**changes: Any) -> Entry:
    """A refused call of a HAR, some parts of it given."""
    request: dict[str, Any] = {"method": "POST", "url": "https://api.shop.example/v1/orders", "httpVersion": "h2", "headers": [], "cookies": [],
                               "queryString": [], "headersSize": -1, "bodySize": 0}  # fmt: skip
    response: dict[str, Any] = {"status": 403, "statusText": "Forbidden", "httpVersion": "h2", "headers": [], "cookies": [], "redirectURL": "",
                                "content": {"size": 23, "mimeType": "application/json", "text": '{"message":"Forbidden"}'}}  # fmt: skip
    request |= changes.pop("request", {})
    response |= changes.pop("response", {})
    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "time": 1,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {},
    } | changes


def field(name: str, value: str) -> Entry:
    return entry(request={"headers": [{"name": "Host", "value": "api.shop.example"}, {"name": name, "value": value}]})


def answer(name: str, value: str) -> Entry:
    return entry(response={"headers": [{"name": name, "value": value}]})


def asked(query: str) -> Entry:
    return entry(request={"url": f"https://api.shop.example/v1/orders?page=2&{query}"})


def posted(text: str, mime: str) -> Entry:
    return entry(request={"postData": {"mimeType": mime, "text": text}})


def content(text: str, mime: str = "application/json", **more: str) -> Entry:
    return entry(response={"content": {"size": len(text), "mimeType": mime, "text": text, **more}})


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def multipart(name: str, value: str) -> str:
    return (
        f'--x1\r\nContent-Disposition: form-data; name="title"\r\n\r\nhat\r\n--x1\r\nContent-Disposition: form-data; name="{name}"'
        f"\r\n\r\n{value}\r\n--x1--\r\n"
    )


SOAP = '<s:Envelope xmlns:s="x"><s:Header><wsse:Security><wsse:UsernameToken><wsse:Username>ann</wsse:Username><wsse:Password Type="T">{}</wsse:Password></wsse:UsernameToken></wsse:Security></s:Header></s:Envelope>'

# any letters may stand here: what the format demands is encoded
HARD: dict[str, Place] = {
    "basic": lambda one: field("Authorization", f"Basic {b64(f'ann:{one}')}"),
    "query": lambda one: asked(f"access_token={quote(one, safe='')}"),
    "query, lower case escapes": lambda one: asked(f"password={quote(one, safe='').replace('%2', '%2').lower() if one.islower() else quote(one, safe='')}"),
    "query, plus": lambda one: asked(f"client_secret={quote_plus(one)}"),
    "url in a parameter": lambda one: asked(f"next={quote('https://x.example/cb?token=' + quote(one, safe=''), safe='')}"),
    "url in a url in a parameter": lambda one: asked(
        "next=" + quote("https://x.example/?to=" + quote("https://y.example/?api_key=" + quote(one, safe=""), safe=""), safe="")
    ),
    "json in a parameter": lambda one: asked(f"filter={quote(json.dumps({'auth': {'password': one}, 'n': 1}))}"),
    "base64 json in a parameter": lambda one: asked(f"d={quote(b64(json.dumps({'access_token': one})), safe='')}"),
    "userinfo": lambda one: entry(request={"url": f"https://ann:{quote(one, safe='')}@api.shop.example/"}),
    "fragment": lambda one: entry(request={"url": f"https://api.shop.example/cb#access_token={quote(one, safe='')}&token_type=bearer"}),
    "form": lambda one: posted(f"user=ann&password={quote_plus(one)}&a=1", "application/x-www-form-urlencoded"),
    "form parameters": lambda one: entry(request={"postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "password", "value": one}]}}),
    "json body": lambda one: posted(json.dumps({"user": "ann", "password": one}), "application/json"),
    "json body, deep": lambda one: posted(json.dumps({"a": [{"b": {"client_secret": one}}]}, indent=2), "application/json"),
    "json in json": lambda one: posted(json.dumps({"payload": json.dumps({"inner": json.dumps({"apiKey": one})})}), "application/json"),
    "json lines": lambda one: posted('{"a":1}\n' + json.dumps({"refresh_token": one}) + "\n", "application/x-ndjson"),
    "multipart": lambda one: posted(multipart("password", one), "multipart/form-data; boundary=x1"),
    "soap": lambda one: posted(SOAP.format(html.escape(one)), "text/xml"),
    "xml element": lambda one: content(f"<r><accessToken>{html.escape(one)}</accessToken></r>", "application/xml"),
    "answer json": lambda one: content(json.dumps({"access_token": one, "expires_in": 3600})),
    "answer json, ascii only": lambda one: content(json.dumps({"user": "\u00e4nn", "session_token": one})),
    "answer base64": lambda one: content(b64(json.dumps({"refresh_token": one})), encoding="base64"),
    "answer gzip": lambda one: content(base64.b64encode(gzip.compress(json.dumps({"id_token": one}).encode())).decode(), encoding="base64"),
    "query list": lambda one: entry(request={"queryString": [{"name": "api_key", "value": one}]}),
    "websocket": lambda one: entry(_webSocketMessages=[{"type": "send", "time": 1, "opcode": 1, "data": json.dumps({"type": "auth", "token": one})}]),
    "known elsewhere, in a page": lambda one: entry(
        request={"postData": {"mimeType": "application/json", "text": json.dumps({"password": one})}},
        response={"content": {"mimeType": "text/html", "text": f"<p>The word {html.escape(one)} is wrong</p>"}},
    ),
    "known elsewhere, in hex": lambda one: entry(
        request={"headers": [{"name": "Authorization", "value": f"Basic {b64(f'ann:{one}')}"}]}, comment=f"dump {one.encode().hex()} end"
    ),
    "known elsewhere, in base64": lambda one: entry(
        request={"postData": {"mimeType": "application/json", "text": json.dumps({"password": one})}}, comment=f"x {b64('ab' + one + 'cd')} y"
    ),
    "known elsewhere, encoded twice": lambda one: entry(
        request={"postData": {"mimeType": "application/json", "text": json.dumps({"password": one})}},
        comment=f"see /x?q={quote(quote(one, safe=''), safe='')} there",
    ),
}  # fmt: skip

# letters of a token only
PLAIN: dict[str, Place] = {
    "bearer": lambda one: field("Authorization", f"Bearer {one}"),
    "token scheme": lambda one: field("authorization", f"token {one}"),
    "no scheme": lambda one: field("Authorization", one),
    "bearer twice": lambda one: field("Authorization", f"Bearer Bearer {one}"),
    "bearer in quotes": lambda one: field("Authorization", f'Bearer "{one}"'),
    "proxy": lambda one: field("Proxy-Authorization", f"Bearer {one}"),
    "key field": lambda one: field("X-Api-Key", one),
    "custom token field": lambda one: field("X-Shop-Auth-Token", one),
    "csrf field": lambda one: field("X-CSRFToken", one),
    "cookie": lambda one: field("Cookie", f"theme=dark; sessionid={one}; lang=en"),
    "cookie of any name": lambda one: field("Cookie", f"_ga_x={one}"),
    "set-cookie": lambda one: answer("Set-Cookie", f"csrftoken={one}; Path=/; HttpOnly"),
    "several set-cookie": lambda one: answer("set-cookie", f"a=1; Path=/\nsid={one}; Secure"),
    "cookie list": lambda one: entry(request={"cookies": [{"name": "sid", "value": one, "path": "/"}]}),
    "digest": lambda one: field("Authorization", f'Digest username="ann", realm="r", nonce="n", uri="/", response="{one}"'),
    "location": lambda one: answer("Location", f"/cb?code={one}&state=1"),
    "location, whole": lambda one: answer("Location", f"https://app.example/#id_token={one}"),
    "referer": lambda one: field("Referer", f"https://app.example/p?token={one}"),
    "redirect": lambda one: entry(response={"redirectURL": f"https://app.example/?session_token={one}"}),
    "matrix": lambda one: entry(request={"url": f"https://api.shop.example/p;jsessionid={one}?a=1"}),
    "reset link": lambda one: entry(request={"url": f"https://api.shop.example/reset/{one}xx00112233"}),
    "presigned": lambda one: asked(f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature={one}"),
    "azure sas": lambda one: asked(f"sv=2023-01-03&se=2026-11-20T11%3A00%3A00Z&sig={one}"),
    "html escaped link": lambda one: content(f'<a href="/x?a=1&amp;access_token={one}">x</a>', "text/html"),
    "initiator": lambda one: entry(_initiator={"type": "script", "stack": {"callFrames": [{"functionName": "f", "url": f"https://cdn.example/a.js?token={one}"}]}}),
    "hidden field": lambda one: content(f'<form><input type="hidden" name="csrfmiddlewaretoken" value="{one}"></form>', "text/html"),
    "meta": lambda one: content(f'<meta name="csrf-token" content="{one}">', "text/html"),
    "cdata": lambda one: content(f"<r><password><![CDATA[{one}]]></password></r>", "application/xml"),
    "script": lambda one: content(f"window.config = {{apiKey: '{one}', a: 1}};", "text/javascript"),
    "saml": lambda one: posted(f"SAMLResponse={quote_plus(b64('<x>' + one + '</x>'))}&RelayState=1", "application/x-www-form-urlencoded"),
    "jwt signature": lambda one: field("Authorization", f"Bearer {jwt(one)}"),
    "jwt signature in a cookie": lambda one: field("Cookie", f"id={jwt(one)}"),
    "jwt in json in a parameter": lambda one: asked(f"state={quote(json.dumps({'t': jwt(one)}))}"),
    "claim": lambda one: field("Authorization", f"Bearer {jwt('c2lnbmF0dXJl', sub='ann', password=one)}"),
    "pem": lambda one: posted(json.dumps({"key": f"-----BEGIN PRIVATE KEY-----\n{one}\n-----END PRIVATE KEY-----\n"}), "application/json"),
    "connection string": lambda one: content(f"could not connect to postgres://shop:{one}@db.example:5432/shop", "text/plain"),
    "ado": lambda one: content(f"Server=db;Database=shop;User Id=sa;Password={one};Encrypt=true", "text/plain"),
    "account key": lambda one: content(f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={one};EndpointSuffix=x", "text/plain"),
    "title": lambda one: entry(comment=f"page https://app.example/?access_token={one}"),
    "console": lambda one: entry(_console=[{"level": "log", "text": f"login with Bearer {one}"}]),
    "environment": lambda one: content(f"DB_PASSWORD={one}\nAPI_SECRET_KEY={one}\n", "text/plain"),
}  # fmt: skip


def head(name: str, value: str) -> str:
    return f"POST /v1/orders HTTP/1.1\nHost: api.shop.example\n{name}: {value}\n\nHTTP/1.1 403 Forbidden\nContent-Type: text/plain\n\nForbidden\n"


def verbose(name: str, value: str) -> str:
    return f"> POST /v1/orders HTTP/1.1\n> Host: api.shop.example\n> {name}: {value}\n> \n< HTTP/1.1 403 Forbidden\n< Content-Type: text/plain\n< \nForbidden\n"


def curl(*words: str) -> str:
    return (
        shlex.join(["curl", "-v", "https://api.shop.example/v1/orders", *words])
        + "\n\nHTTP/1.1 403 Forbidden\n\nForbidden\n"
    )


TEXT_HARD: dict[str, Place] = {
    "curl -u": lambda one: curl("-u", f"ann:{one}"),
    "curl --user": lambda one: curl("--user", f"ann:{one}"),
    "curl json": lambda one: curl("-H", "Content-Type: application/json", "-d", json.dumps({"password": one})),
    "curl form": lambda one: curl("-d", f"user=ann&password={quote_plus(one)}"),
    "curl form, encoded by curl": lambda one: curl("--data-urlencode", f"password={one}"),
    "curl url": lambda one: f"curl {shlex.quote('https://api.shop.example/?api_key=' + quote(one, safe=''))}\n",
    "http basic": lambda one: head("Authorization", f"Basic {b64(f'ann:{one}')}"),
    "http json": lambda one: f"POST / HTTP/1.1\nHost: a.example\nContent-Type: application/json\n\n{json.dumps({'secret': one})}\n\nHTTP/1.1 401 Unauthorized\n\n",
    "json alone": lambda one: json.dumps({"status": 401, "request": {"headers": {"Authorization": f"Basic {b64(f'ann:{one}')}"}, "password": one}}),
}  # fmt: skip
TEXT_PLAIN: dict[str, Place] = {
    "curl -H": lambda one: curl("-H", f"Authorization: Bearer {one}"),
    "curl -H, double quotes": lambda one: f'curl -H "X-Api-Key: {one}" https://api.shop.example/\n',
    "curl -b": lambda one: curl("-b", f"theme=dark; sessionid={one}"),
    "curl -b without a space": lambda one: f"curl -b'sid={one}' https://api.shop.example/\n",
    "curl $''": lambda one: f"curl 'https://api.shop.example/' -H $'Cookie: a=it\\'s; sid={one}'\n",
    "curl on cmd": lambda one: f'curl ^"https://api.shop.example/^" -H ^"Authorization: Bearer {one}^"\n',
    "curl --oauth2-bearer": lambda one: curl("--oauth2-bearer", one),
    "curl multipart": lambda one: curl("-F", f"token={one}"),
    "powershell": lambda one: f'Invoke-WebRequest -Uri "https://api.shop.example/" -Headers @{{"Authorization"="Bearer {one}"}}\n',
    "fetch": lambda one: f'fetch("https://api.shop.example/", {{"headers": {{"authorization": "Bearer {one}"}}, "method": "POST"}});\n',
    "transcript": lambda one: verbose("Authorization", f"Bearer {one}"),
    "transcript cookie": lambda one: verbose("Cookie", f"a=b1; sessionid={one}"),
    "http field": lambda one: head("X-Auth-Token", one),
    "log line": lambda one: f'192.0.2.1 - - [20/Nov/2026:10:00:00 +0000] "GET /v1?access_token={one} HTTP/1.1" 403 12 "-" "curl/8"\n',
    "error log": lambda one: f'2026/11/20 10:00:00 [error] 1#1: *1 access forbidden by rule, request: "GET /a?sig={one} HTTP/1.1", host: "a.example"\n',
    "key=value log": lambda one: f'time=10:00 level=error msg="403 Forbidden" authorization="Bearer {one}" user=ann\n',
    "python": lambda one: f"requests.get('https://api.shop.example/', headers={{'X-Api-Key': '{one}'}})  # 403 Forbidden\n",
    "traceback": lambda one: f"requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.shop.example/v1?apikey={one}\n",
    "environment": lambda one: f"export SHOP_API_TOKEN={one}\nHTTP/1.1 401 Unauthorized\n",
    "yaml": lambda one: f"auth:\n  client_secret: {one}\n  url: https://a.example\nerror: 401 Unauthorized\n",
    "escaped json": lambda one: 'error: 401 body="{\\"token\\": \\"' + one + '\\"}"\n',
    "prose": lambda one: f"I send Authorization: Bearer {one} and get 401 Unauthorized, why?\n",
    "headers panel": lambda one: f"Request URL: https://api.shop.example/\nRequest Method: POST\nStatus Code: 403 Forbidden\nauthorization: Bearer {one}\ncookie: sid={one}\n",
    "known elsewhere": lambda one: f"> GET / HTTP/1.1\n> Authorization: Bearer {one}\n> \n< HTTP/1.1 401 Unauthorized\n< \nno such token {one}, hex {one.encode().hex()}, {b64('k' + one)}\n",
}  # fmt: skip
