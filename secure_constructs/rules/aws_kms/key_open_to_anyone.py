"""Keys that everyone on AWS may use."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import PolicyDocument
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class KeyOpenToAnyone(Rule):
    """
    The key policy lets anyone with an AWS account use the key.

    A principal of ``*`` without a condition on the caller is everyone. A stranger who gets hold
    of anything encrypted with the key decrypts it, and with ``kms:*`` schedules the key for
    deletion: all that it protects is lost.
    """

    id = "kms-key-open-to-anyone"
    control = "kms.wildcard-principal"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.HIGH
    resource_types = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
    fix = "leave the policy to Key, which names the account, and use key.grant_decrypt(function)"
    references = ("https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",)

    passes = (
        Example(
            "the account that owns it",
            {
                "KeyPolicy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {
                                "AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}
                            },
                            "Action": "kms:*",
                            "Resource": "*",
                        }
                    ]
                }
            },
        ),
        Example(
            "anyone of one account, through one service",
            {
                "KeyPolicy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Action": "kms:Decrypt",
                            "Resource": "*",
                            "Condition": {
                                "StringEquals": {
                                    "kms:CallerAccount": "111122223333",
                                    "kms:ViaService": "sns.eu-west-1.amazonaws.com",
                                }
                            },
                        }
                    ]
                }
            },
        ),
    )
    fails = (
        Example(
            "anyone",
            {
                "KeyPolicy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Action": "kms:*",
                            "Resource": "*",
                        }
                    ]
                }
            },
        ),
        Example(
            "anyone but some",
            {
                "KeyPolicy": {
                    "Statement": {
                        "Effect": "Allow",
                        "NotPrincipal": {"AWS": "111122223333"},
                        "Action": "kms:Decrypt",
                        "Resource": "*",
                    }
                }
            },
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {
                "KeyPolicy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Ref": "Who"}},
                            "Action": "kms:*",
                            "Resource": "*",
                        }
                    ]
                }
            },
            sections={"Parameters": {"Who": {"Type": "String"}}},
        ),
    )

    def check(self, key: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for statement in PolicyDocument.parse(key.get("KeyPolicy")).allowing:
            opened = statement.open_to_anyone
            if opened.possible:
                place = f"KeyPolicy.{statement.place}.Principal"
                yield self.finding(key, place, "anyone may use the key", certain=opened.certain)
