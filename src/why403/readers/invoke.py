"""The parameters of PowerShell's Invoke-WebRequest and Invoke-RestMethod (versions 5.1 to 7.5), as data."""

from __future__ import annotations

_WITH_VALUE = """
Authentication Body Certificate CertificateThumbprint ConnectionTimeoutSeconds ContentType Credential CustomMethod
ErrorAction ErrorVariable Form Headers HttpVersion InFile MaximumFollowRelLink MaximumRedirection MaximumRetryCount
Method OperationTimeoutSeconds OutFile OutVariable Proxy ProxyCredential ResponseHeadersVariable RetryIntervalSec
SessionVariable SslProtocol StatusCodeVariable TimeoutSec Token TransferEncoding UnixSocket Uri UserAgent WarningAction
WebSession
"""
_SWITCHES = """
AllowInsecureRedirect AllowUnencryptedAuthentication Debug DisableKeepAlive FollowRelLink NoProxy PassThru
PreserveAuthorizationOnRedirect PreserveHttpMethodOnRedirect ProxyUseDefaultCredentials Resume SkipCertificateCheck
SkipHeaderValidation SkipHttpErrorCheck UseBasicParsing UseDefaultCredentials Verbose
"""
FLAGS = frozenset(_SWITCHES.split())
NAMES = {name.lower(): name for name in (_WITH_VALUE + _SWITCHES).split()}
# what goes into `Request.options`, under the name that curl's reader uses, too
OPTIONS = {
    "Proxy": "proxy",
    "Certificate": "cert",
    "CertificateThumbprint": "cert",
    "MaximumRedirection": "max-redirs",
    "SkipCertificateCheck": "insecure",
    "NoProxy": "no-proxy",
    "UnixSocket": "unix-socket",
    "SslProtocol": "tls",
}
