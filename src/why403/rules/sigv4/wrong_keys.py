"""The mistakes that signers make with the date, the scope and the secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ...model import Request
from .canonical import host_of
from .endpoint import GLOBAL, SIGNS_AS, endpoint
from .presented import Presented
from .signing import Mistake

REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2", "eu-west-3",
    "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "ap-northeast-1", "ap-northeast-2",
    "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-south-1",
    "ap-south-2", "ap-east-1", "sa-east-1", "me-south-1", "me-central-1", "af-south-1", "il-central-1", "ca-west-1",
    "mx-central-1", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1", "auto", "global", "",
)  # fmt: skip
SERVICES = (
    "s3", "execute-api", "lambda", "dynamodb", "sqs", "sns", "sts", "iam", "ec2", "es", "aoss", "kms", "secretsmanager",
    "ssm", "kinesis", "logs", "monitoring", "events", "states", "bedrock", "sagemaker", "cognito-idp",
    "cognito-identity", "appsync", "ses", "email", "apigateway", "elasticache", "rds-db", "neptune-db", "iotdata",
    "iotdevicegateway", "iot", "geo", "aps", "cloudfront", "route53", "firehose", "athena", "glue", "ecr",
)  # fmt: skip


def dates(found: Presented) -> Iterator[Mistake]:
    """Other dates than X-Amz-Date: local time, another form."""
    if found.at is None:
        return
    for hours in range(-14, 15):
        if hours:
            other = found.at + timedelta(hours=hours)
            yield Mistake("date", f"a date {hours:+d} h away", {"date": f"{other:%Y%m%dT%H%M%SZ}"})
    for form in ("%Y%m%d", "%Y-%m-%dT%H:%M:%SZ", "%a, %d %b %Y %H:%M:%S GMT", "%Y%m%dT%H%M%S"):
        yield Mistake("date", "the date in another form than X-Amz-Date has", {"date": found.at.strftime(form)})


def scopes(request: Request, found: Presented) -> Iterator[Mistake]:
    """Other scopes: in the key, in the string to sign, or in both."""
    scope = found.scope
    known = endpoint(host_of(request))
    regions = [known.region] if known and known.region else []
    services = [known.service] if known else []
    days = [found.stamp[:8]]
    if found.at:
        days += [f"{found.at + timedelta(days=away):%Y%m%d}" for away in (-1, 1)]
    for field, values in (
        ("region", dict.fromkeys([*regions, *REGIONS])),
        ("service", dict.fromkeys([*services, *SERVICES, *SIGNS_AS, *SIGNS_AS.values(), *GLOBAL, ""])),
        ("date", dict.fromkeys(days)),
        ("terminator", dict.fromkeys(("aws4_request", "aws4", ""))),
    ):
        for value in values:
            if value == getattr(scope, field):
                continue
            other = scope._replace(**{field: value})
            words = f"a scope with the {field} {value!r} in place of {getattr(scope, field)!r}"
            yield Mistake(f"scope.{field}", words, {"scope": other.text, "key_scope": other})
            yield Mistake(f"scope.{field}", f"a key with the {field} {value!r}", {"key_scope": other})
            yield Mistake(f"scope.{field}", f"a string to sign with the {field} {value!r}", {"scope": other.text})
    short = f"{scope.date}/{scope.region}/{scope.service}"
    yield Mistake("scope.terminator", "a string to sign whose scope lacks aws4_request", {"scope": short})
