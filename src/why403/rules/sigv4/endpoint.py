"""Which service and region an AWS host stands for, and so for which scope a request to it must be signed.

https://docs.aws.amazon.com/general/latest/gr/rande.html; the names under which services sign where the host says another are facts
of AWS's service models (signingName beside endpointPrefix).
"""

from __future__ import annotations

from ...model import Pattern
from ...model.frozen import NamedTuple

REGION = Pattern(
    r"(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us|us-gov|us-iso[a-z]?|eu-isoe)-[a-z]{2,20}(?:-[a-z]{2,10})?-\d{1,2}"
)
SUFFIXES = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".api.aws",
    ".amazonaws.eu",
    ".on.aws",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
)
# services with one endpoint for all regions of a partition, and the region in which they sign
GLOBAL = {
    "iam": "us-east-1", "cloudfront": "us-east-1", "route53": "us-east-1", "sts": "us-east-1", "organizations": "us-east-1",
    "shield": "us-east-1", "waf": "us-east-1", "budgets": "us-east-1", "ce": "us-east-1",
}  # fmt: skip
SIGNS_AS = {
    "a2i-runtime.sagemaker": "sagemaker", "account-access-runtime": "account-access", "admin.wickr": "wickr",
    "agent-registry-control": "agent-registry", "agreement-marketplace": "aws-marketplace",
    "api.detective": "detective", "api.ecr": "ecr", "api.ecr-public": "ecr-public",
    "api.iotdeviceadvisor": "iotdeviceadvisor", "api.iotmanagedintegrations": "iotmanagedintegrations",
    "api.iotwireless": "iotwireless", "api.mediatailor": "mediatailor", "api.pricing": "pricing",
    "api.sagemaker": "sagemaker", "api.tunneling.iot": "IoTSecuredTunneling", "appconfigdata": "appconfig",
    "appstream2": "appstream", "appsync-api": "appsync", "aps-workspaces": "aps", "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock", "bedrock-agentcore-control": "bedrock-agentcore",
    "bedrock-data-automation": "bedrock", "bedrock-data-automation-runtime": "bedrock", "bedrock-runtime": "bedrock",
    "cassandra-streams": "cassandra", "catalog.marketplace": "aws-marketplace", "cloudhsmv2": "cloudhsm",
    "cloudsearchdomain": "cloudsearch", "cloudwatch-omni": "cloudwatch", "contact-lens": "connect",
    "controlplane.payment-cryptography": "payment-cryptography", "data-ats.iot": "iotdata", "data-signer": "signer",
    "data.iot": "iotdata", "data.jobs.iot": "iot-jobs-data", "data.mediastore": "mediastore", "data.qapps": "qapps",
    "dataplane.payment-cryptography": "payment-cryptography", "deployment-marketplace": "aws-marketplace",
    "discovery-marketplace": "aws-marketplace", "edge.sagemaker": "sagemaker", "email": "ses",
    "entitlement.marketplace": "aws-marketplace", "eventsv2": "events", "featurestore-runtime.sagemaker": "sagemaker",
    "forecastquery": "forecast", "iam-toolbox": "iam", "identity-chime": "chime",
    "inferencerouter-runtime.sagemaker": "sagemaker", "ingest.timestream": "timestream", "ivsrealtime": "ivs",
    "job-runtime.sagemaker": "sagemaker", "lambda-url": "lambda", "mail-manager": "ses",
    "media-pipelines-chime": "chime", "meetings-chime": "chime", "memory-db": "memorydb", "messaging-chime": "chime",
    "metering.marketplace": "aws-marketplace", "metrics.sagemaker": "sagemaker", "migrationhub-config": "mgh",
    "models-v2-lex": "lex", "models.lex": "lex", "oidc": "sso-oauth", "participant.connect": "execute-api",
    "partnercentral-prm": "partnercentral", "personalize-events": "personalize", "personalize-runtime": "personalize",
    "pinpoint": "mobiletargeting", "portal.sso": "awsssoportal", "query.timestream": "timestream",
    "reporting-marketplace": "aws-marketplace", "runtime-v2-lex": "lex", "runtime.lex": "lex",
    "runtime.sagemaker": "sagemaker", "s3-accesspoint": "s3", "s3-control": "s3",
    "servicecatalog-appregistry": "servicecatalog", "sms-voice.pinpoint": "sms-voice", "streams.dynamodb": "dynamodb",
    "training-session-runtime.sagemaker": "sagemaker", "voice-chime": "chime",
}  # fmt: skip


class Endpoint(NamedTuple):
    """What a host stands for; "" where the name does not tell."""

    service: str
    region: str


def endpoint(host: str) -> Endpoint | None:
    """The service and region of an AWS host; None for any other host, or one whose name does not tell."""
    name = host.lower().partition(":")[0]
    suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), None)
    if suffix is None:
        return None
    labels = [label for label in name.removesuffix(suffix).split(".") if label not in ("dualstack", "vpce")]
    labels = [label.removesuffix("-fips") for label in labels]
    at = next((at for at in range(len(labels) - 1, -1, -1) if REGION.fullmatch(labels[at])), None)
    region = labels[at] if at is not None else ""
    if at is None:
        return _without_region(labels)
    if labels[at:] == [region, "es"] or labels[at + 1 :] in (["es"], ["aoss"], ["rds"], ["elb"]):
        return Endpoint(labels[at + 1], region)
    before = labels[:at]
    if not before:
        return None
    if before[-1].startswith("s3express-"):
        return Endpoint("s3express", region)
    names = (".".join(before[-count:]) for count in (3, 2, 1))
    return Endpoint(next((SIGNS_AS[name] for name in names if name in SIGNS_AS), before[-1]), region)


def _without_region(labels: list[str]) -> Endpoint | None:
    last = labels[-1] if labels else ""
    if last == "s3":
        return Endpoint("s3", "us-east-1" if labels == ["s3"] else "")  # a bucket's global name leads to any region
    if last.startswith("s3-") and REGION.fullmatch(last[3:]):
        return Endpoint("s3", last[3:])
    if last == "s3-accelerate":
        return Endpoint("s3", "")
    return Endpoint(last, GLOBAL[last]) if last in GLOBAL else None
