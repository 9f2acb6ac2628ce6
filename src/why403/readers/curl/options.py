"""curl's options, as data: the name, the letter, whether a value follows, and what the option does to a request.

Read from curl's own table (src/tool_getparam.c) and manual, versions 7.88 to 8.22. What an option does is one of:

    asks     changes what is sent; `assemble` knows each of them by name
    way      changes the way it is sent or whom it reaches; kept in `Request.options` under its name
    reads    takes part of the request from a file, which is not read
    quiet    changes nothing about the request
"""

from __future__ import annotations

from bisect import bisect_left

from ...model.frozen import NamedTuple


class Option(NamedTuple):
    """One option of curl."""

    name: str
    letter: str
    takes: bool  # a value follows
    no: bool  # has a --no- form
    effect: str


# name, or name/letter; those with a value
_ASKS_VALUE = """
aws-sigv4 continue-at/C cookie/b data/d data-ascii data-binary data-raw data-urlencode form/F form-string
header/H json oauth2-bearer proto-default proxy/x proxy-header proxy-user/U proxy1.0 range/r referer/e request/X
request-target socks4 socks4a socks5 socks5-hostname time-cond/z upload-file/T url url-query user/u user-agent/A
"""
_ASKS_FLAG = """
anyauth- basic compressed digest form-escape get/G globoff/g head/I http1.0-/0 http1.1- http2-
http2-prior-knowledge- http3- http3-only- negotiate next-/: ntlm ntlm-wb path-as-is proxytunnel/p tr-encoding
"""
_WAY_VALUE = """
abstract-unix-socket cacert capath cert/E cert-type ciphers connect-to crlfile curves delegation dns-interface
dns-ipv4-addr dns-ipv6-addr dns-servers doh-url ech engine expect100-timeout haproxy-clientip httpsig-algo
httpsig-headers httpsig-key httpsig-keyid interface ip-tos
ipfs-gateway key key-type local-port login-options max-redirs noproxy pass pinnedpubkey preproxy proto
proto-redir proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-key
proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype
proxy-tlspassword proxy-tlsuser resolve service-name sigalgs socks5-gssapi-service tls-max tls13-ciphers
tlsauthtype tlspassword tlsuser unix-socket vlan-priority
"""
_WAY_FLAG = """
alpn ca-native disallow-username-in-url doh-insecure follow haproxy-protocol http0.9 insecure/k ipv4-/4 ipv6-/6
junk-session-cookies/j location/L location-trusted mptcp npn post301 post302 post303 proxy-anyauth proxy-basic
proxy-ca-native proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
proxy-ssl-auto-client-cert proxy-tlsv1- sessionid socks5-basic socks5-gssapi socks5-gssapi-nec ssl
ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2-/2 sslv3-/3
suppress-connect-headers tls-earlydata tlsv1-/1 tlsv1.0- tlsv1.1- tlsv1.2- tlsv1.3-
"""
_READS_VALUE = "alt-svc config/K etag-compare hsts netrc-file ssl-sessions"
_READS_FLAG = "netrc/n netrc-optional"
_QUIET_VALUE = """
connect-timeout cookie-jar/c create-file-mode dump-header/D egd-file etag-save ftp-account
ftp-alternative-to-user ftp-method ftp-port/P ftp-ssl-ccc-mode happy-eyeballs-timeout-ms help/h hostpubmd5
hostpubsha256 keepalive-cnt keepalive-time knownhosts krb krb4 libcurl limit-rate mail-auth mail-from mail-rcpt
max-filesize max-time/m output/o output-dir parallel-max parallel-max-host pubkey quote/Q random-file rate retry
retry-delay retry-max-time sasl-authzid speed-limit/Y speed-time/y stderr telnet-option/t tftp-blksize trace
trace-ascii trace-config upload-flags variable write-out/w
"""
_QUIET_FLAG = """
append/a buffer/N cert-status clobber compressed-ssh create-dirs crlf disable/q disable-eprt disable-epsv
doh-cert-status dump-ca-embed- eprt epsv fail/f fail-early fail-with-body false-start ftp-create-dirs ftp-pasv-
ftp-pret ftp-skip-pasv-ip ftp-ssl ftp-ssl-ccc ftp-ssl-control ftp-ssl-reqd ignore-content-length include/i
keepalive list-only/l mail-rcpt-allowfails manual/M metalink out-null parallel/Z parallel-immediate
progress-bar/# progress-meter raw remote-header-name/J remote-name/O remote-name-all remote-time/R
remove-on-error retry-all-errors retry-connrefused sasl-ir show-error/S show-headers silent/s skip-existing
styled-output tcp-fastopen tcp-nodelay tftp-no-options trace-ids trace-time use-ascii/B verbose/v version/V
xattr
"""


def _table() -> dict[str, Option]:
    found: dict[str, Option] = {}
    for effect, takes, names in (
        ("asks", True, _ASKS_VALUE),
        ("asks", False, _ASKS_FLAG),
        ("way", True, _WAY_VALUE),
        ("way", False, _WAY_FLAG),
        ("reads", True, _READS_VALUE),
        ("reads", False, _READS_FLAG),
        ("quiet", True, _QUIET_VALUE),
        ("quiet", False, _QUIET_FLAG),
    ):
        for entry in names.split():
            name, _, letter = entry.partition("/")
            plain = name.removesuffix("-")
            found[plain] = Option(plain, letter, takes, not takes and plain == name, effect)
    return found


OPTIONS = _table()
LETTERS = {option.letter: option for option in OPTIONS.values() if option.letter}
_NAMES = sorted(OPTIONS)


def long_option(name: str) -> tuple[Option | None, tuple[str, ...]]:
    """The option of this name, or of which it is the beginning, as older versions of curl take it.

    Where there is none: None, and the names that it may mean.
    """
    name = name.lower()
    exact = OPTIONS.get(name)
    if exact:
        return exact, ()
    first = bisect_left(_NAMES, name)
    hits = tuple(_NAMES[first : bisect_left(_NAMES, name + "\x7f")]) if name else ()
    return (OPTIONS[hits[0]], ()) if len(hits) == 1 else (None, hits)
