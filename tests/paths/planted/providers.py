"""
Roles for those who sign in elsewhere: at a code host, at a public identity provider, at work.

A code host signs tokens for everyone who opens a repository there, and a public provider for
everyone with an account; who is meant, the trust policy has to say. Where it names the subject,
those are people or pipelines of the team, and no outsiders; where it names the app alone, its
signed-in users act with the role themselves. A provider of the company's own knows its staff only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    policy,
    ref,
    resource,
)


def _trusting(
    provider: Any,
    condition: Mapping[str, Any],
    action: str = "sts:AssumeRoleWithWebIdentity",
) -> dict[str, Any]:
    conditions = {"Condition": condition} if condition else {}
    return resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument={
            "Statement": [
                {
                    "Action": action,
                    **conditions,
                    "Effect": "Allow",
                    "Principal": {"Federated": provider},
                }
            ],
            "Version": "2012-10-17",
        },
    )


_SECRET: dict[str, Any] = {
    "Type": "AWS::SecretsManager::Secret",
    "Properties": {"GenerateSecretString": {}},
    "UpdateReplacePolicy": "Delete",
    "DeletionPolicy": "Delete",
}
_READS_PASSWORD: dict[str, Any] = {
    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    "Effect": "Allow",
    "Resource": ref("Password"),
}
_AUDIENCE = {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}

_ANY_REPOSITORY: Templates = {
    "Shop": {
        "Resources": {
            "GitHub": resource(
                "AWS::IAM::OIDCProvider",
                ClientIdList=["sts.amazonaws.com"],
                Url="https://token.actions.githubusercontent.com",
            ),
            "Deploy": _trusting(ref("GitHub"), _AUDIENCE),
            "DeployDefaultPolicy": policy(
                "DeployDefaultPolicy",
                "Deploy",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": arn("Migrate"),
                },
                _READS_PASSWORD,
            ),
            "MigrateServiceRole": FUNCTION_ROLE,
            "Migrate": function("MigrateServiceRole"),
            "Password": _SECRET,
        }
    }
}
ANY_REPOSITORY = Planted(
    name="any_repository",
    what=(
        "A role takes tokens of any repository of the code host; in the twin those of one branch "
        "of the own repository."
    ),
    templates=_ANY_REPOSITORY,
    expected=Expected(
        verdicts={"Migrate": "exposed"}, open_paths=frozenset({("internet", "Password")})
    ),
    safe_templates=changed(
        _ANY_REPOSITORY,
        {
            "Shop": {
                "Deploy": _trusting(
                    ref("GitHub"),
                    {
                        "StringEquals": {
                            **_AUDIENCE["StringEquals"],
                            "token.actions.githubusercontent.com:sub": (
                                "repo:shop/orders:ref:refs/heads/main"
                            ),
                        }
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Migrate": "unknown"}),
)

_ANY_REPOSITORY_BY_PATTERN: Templates = {
    "Shop": {
        "Resources": {
            "Deploy": _trusting(
                "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
                {
                    **_AUDIENCE,
                    "StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"},
                },
            ),
            "DeployDefaultPolicy": policy(
                "DeployDefaultPolicy",
                "Deploy",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Worker"),
            ),
        }
    }
}
ANY_REPOSITORY_BY_PATTERN = Planted(
    name="any_repository_by_pattern",
    what=(
        "A role names a subject that every repository of the code host has; in the twin it takes "
        "the staff that sign in at the company's own provider."
    ),
    templates=_ANY_REPOSITORY_BY_PATTERN,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _ANY_REPOSITORY_BY_PATTERN,
        {
            "Shop": {
                "Staff": resource(
                    "AWS::IAM::SAMLProvider", SamlMetadataDocument="<EntityDescriptor/>"
                ),
                "Deploy": _trusting(
                    ref("Staff"),
                    {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                    "sts:AssumeRoleWithSAML",
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "unknown"}),
)

_USERS_OF_A_PUBLIC_PROVIDER: Templates = {
    "Shop": {
        "Resources": {
            "Visitor": _trusting(
                "accounts.google.com",
                {"StringEquals": {"accounts.google.com:aud": "shop.apps.googleusercontent.com"}},
            ),
            "VisitorDefaultPolicy": policy(
                "VisitorDefaultPolicy",
                "Visitor",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": arn("Profile"),
                },
            ),
            "ProfileServiceRole": FUNCTION_ROLE,
            "Profile": function("ProfileServiceRole"),
        }
    }
}
USERS_OF_A_PUBLIC_PROVIDER = Planted(
    name="users_of_a_public_provider",
    what=(
        "Whoever signs in to the app with a public provider invokes a function with a role of the "
        "account; in the twin one person does."
    ),
    templates=_USERS_OF_A_PUBLIC_PROVIDER,
    expected=Expected(verdicts={"Profile": "exposed"}),
    safe_templates=changed(
        _USERS_OF_A_PUBLIC_PROVIDER,
        {
            "Shop": {
                "Visitor": _trusting(
                    "accounts.google.com",
                    {"StringEquals": {"accounts.google.com:sub": "113114115116117118119"}},
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Profile": "unknown"}),
)

_ANY_APP_OF_A_PUBLIC_PROVIDER: Templates = {
    "Shop": {
        "Resources": {
            "Visitor": _trusting("accounts.google.com", {}),
            "VisitorDefaultPolicy": policy("VisitorDefaultPolicy", "Visitor", _READS_PASSWORD),
            "Password": _SECRET,
        }
    }
}
ANY_APP_OF_A_PUBLIC_PROVIDER = Planted(
    name="any_app_of_a_public_provider",
    what=(
        "A role takes tokens that a public provider signs for any app, and reads a secret; in the "
        "twin those of one app."
    ),
    templates=_ANY_APP_OF_A_PUBLIC_PROVIDER,
    expected=Expected(open_paths=frozenset({("internet", "Password")})),
    safe_templates=changed(
        _ANY_APP_OF_A_PUBLIC_PROVIDER,
        {
            "Shop": {
                "Visitor": _trusting(
                    "accounts.google.com",
                    {
                        "StringEquals": {
                            "accounts.google.com:aud": "shop.apps.googleusercontent.com"
                        }
                    },
                )
            }
        },
    ),
    safe_expected=Expected(),
)

PLANTED = (
    ANY_REPOSITORY,
    ANY_REPOSITORY_BY_PATTERN,
    USERS_OF_A_PUBLIC_PROVIDER,
    ANY_APP_OF_A_PUBLIC_PROVIDER,
)
