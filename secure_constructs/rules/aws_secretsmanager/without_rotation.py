"""Secrets that are never changed."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.services.distributions import DISTRIBUTION
from secure_constructs.template import Resource, Template


class WithoutRotation(Rule):
    """
    The secret is never rotated.

    A secret that leaks without being noticed stays useful to whoever has it until it changes.
    It is said once for all secrets of a stack that no schedule rotates.

    Not said of a secret that a distribution sends to its origins: CloudFormation reads it when it
    deploys, so that only a deployment changes what the distribution sends.
    """

    id = "secretsmanager-without-rotation"
    control = "secretsmanager.rotation"
    risk = Risk.SECRETS_STORAGE
    severity = Severity.LOW
    resource_types = ("AWS::SecretsManager::Secret",)
    fix = "call add_rotation_schedule, or give SecureSecret no_rotation with the reason"
    references = (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
    )

    passes = (
        Example(
            "rotated on a schedule",
            {"GenerateSecretString": {}},
            beside={
                "Rotation": {
                    "Type": "AWS::SecretsManager::RotationSchedule",
                    "Properties": {
                        "SecretId": {"Ref": "Subject"},
                        "RotationLambdaARN": "arn:aws:lambda:x:111122223333:function:rotate",
                        "RotationRules": {"AutomaticallyAfterDays": 30},
                    },
                }
            },
        ),
        Example(
            "rotated through its attachment to a database",
            {"GenerateSecretString": {}},
            beside={
                "Attachment": {
                    "Type": "AWS::SecretsManager::SecretTargetAttachment",
                    "Properties": {
                        "SecretId": {"Ref": "Subject"},
                        "TargetId": "db",
                        "TargetType": "AWS::RDS::DBInstance",
                    },
                },
                "Rotation": {
                    "Type": "AWS::SecretsManager::RotationSchedule",
                    "Properties": {
                        "SecretId": {"Ref": "Attachment"},
                        "HostedRotationLambda": {"RotationType": "PostgreSQLSingleUser"},
                        "RotationRules": {"ScheduleExpression": "rate(30 days)"},
                    },
                },
            },
        ),
        Example(
            "sent to its origin by a distribution",
            {"GenerateSecretString": {}},
            beside={
                "Front": {
                    "Type": "AWS::CloudFront::Distribution",
                    "Properties": {
                        "DistributionConfig": {
                            "Origins": [
                                {
                                    "DomainName": "api.example.com",
                                    "Id": "api",
                                    "OriginCustomHeaders": [
                                        {
                                            "HeaderName": "x-origin",
                                            "HeaderValue": {
                                                "Fn::Sub": "{{resolve:secretsmanager:${Subject}}}"
                                            },
                                        }
                                    ],
                                }
                            ]
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example("no schedule", {"GenerateSecretString": {}}),
        Example(
            "read by a function",
            {"GenerateSecretString": {}},
            beside={
                "Reader": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Environment": {"Variables": {"SECRET": {"Ref": "Subject"}}}},
                }
            },
        ),
        Example(
            "a schedule without a function",
            {"GenerateSecretString": {}},
            beside={
                "Rotation": {
                    "Type": "AWS::SecretsManager::RotationSchedule",
                    "Properties": {
                        "SecretId": {"Ref": "Subject"},
                        "RotationRules": {"AutomaticallyAfterDays": 30},
                    },
                }
            },
        ),
        Example(
            "a schedule that never comes due",
            {"GenerateSecretString": {}},
            beside={
                "Rotation": {
                    "Type": "AWS::SecretsManager::RotationSchedule",
                    "Properties": {"SecretId": {"Ref": "Subject"}},
                }
            },
        ),
    )

    def check(self, secret: Resource, template: Template) -> Iterator[Finding]:
        if _sent_by_distribution(secret):
            return
        if _unscheduled(secret):
            if sharing := spokesman(secret, self.resource_types, _unscheduled):
                message = f"no schedule rotates it{others(sharing, 'nor')}"
                yield self.finding(secret, "", message)
        elif not any(map(_rotates, _schedules(secret, template))):
            idle = _schedules(secret, template)[0].logical_id
            yield self.finding(secret, "", f"{idle} names no function that rotates it")


def _sent_by_distribution(secret: Resource) -> bool:
    return any(reader.type == DISTRIBUTION for reader in secret.mentioned_by)


def _unscheduled(secret: Resource) -> bool:
    return not _sent_by_distribution(secret) and not any(
        schedule.block("RotationRules") for schedule in _schedules(secret, secret.template)
    )


def _schedules(secret: Resource, template: Template) -> tuple[Resource, ...]:
    attached = template.referrers(
        secret, "AWS::SecretsManager::SecretTargetAttachment", at="SecretId"
    )
    return tuple(
        schedule
        for name in (secret, *attached)
        for schedule in template.referrers(
            name, "AWS::SecretsManager::RotationSchedule", at="SecretId"
        )
    )


def _rotates(schedule: Resource) -> bool:
    """
    Say whether a schedule names what is to rotate the secret.
    """
    return schedule.has("RotationLambdaARN") or schedule.has("HostedRotationLambda")
