"""moto's server with IAM enforcement: a bucket, a user who may read one folder of it, keys of AWS's own examples. `cloud.py PORT PORT_B`.

What moto answers otherwise than AWS documents, and what no scenario uses therefore:
- an expired presigned link is let through (AWS: 403 AccessDenied "Request has expired"),
- an object that is not there is a 404 NoSuchKey although the caller may not list the bucket (AWS: 403 AccessDenied),
- a request time that is hours away is let through (AWS: 403 RequestTimeTooSkewed).
"""

# mypy: ignore-errors

from __future__ import annotations

import json
import sys
import threading

import boto3
from moto import settings
from moto.iam import models as iam
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

PORT, DOOR = int(sys.argv[1]), int(sys.argv[2])  # the second is for furnishing
BOB, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # as in AWS's documentation
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab-shop/*"},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab-shop/secret/*"},
    ],
}


def furnish() -> None:
    """The bucket, the user and his policy, before the rules hold."""
    made = iam.AccessKey.__init__

    def fixed(self, *args, **named):
        """A key of fixed letters: the recordings shall not differ."""
        made(self, *args, **named)
        self.access_key_id, self.secret_access_key = BOB, SECRET

    iam.AccessKey.__init__ = fixed
    asks = {
        "endpoint_url": f"http://127.0.0.1:{DOOR}",
        "region_name": "us-east-1",
        "aws_access_key_id": "setup",
        "aws_secret_access_key": "setup",
    }
    store, users = boto3.client("s3", **asks), boto3.client("iam", **asks)
    store.create_bucket(Bucket="lab-shop")
    for name in ("public/file.txt", "secret/file.txt"):
        store.put_object(Bucket="lab-shop", Key=name, Body=b"ok\n")
    users.create_user(UserName="bob")
    users.put_user_policy(UserName="bob", PolicyName="reads", PolicyDocument=json.dumps(POLICY))
    users.create_access_key(UserName="bob")
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0  # from here on moto asks IAM


if __name__ == "__main__":
    app = DomainDispatcherApplication(create_backend_app)
    threading.Thread(target=run_simple, args=("127.0.0.1", DOOR, app), kwargs={"threaded": True}, daemon=True).start()
    furnish()
    run_simple("127.0.0.1", PORT, app, threaded=True)
