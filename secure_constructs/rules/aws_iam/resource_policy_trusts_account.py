"""Resource policies that admit all of another account."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import (
    BUS_POLICY,
    KEY_POLICIES,
    MISPLACED_POLICIES,
    RESOURCE_POLICIES,
    Policy,
    resource_policy,
)
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class ResourcePolicyTrustsAccount(Rule):
    """
    The policy admits every principal of another account.

    Naming the root of an account leaves it to that account who uses the resource: whoever
    breaks into any function there is in.
    """

    id = "iam-resource-policy-trusts-account"
    control = "resource-policy.account-wide-principal"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = (*RESOURCE_POLICIES, *MISPLACED_POLICIES, *KEY_POLICIES, BUS_POLICY)
    fix = "name the role that needs it: principals=[iam.ArnPrincipal(role_arn)]"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    )

    passes = (
        Example(
            "one role",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:role/sender"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "this account",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {
                                "AWS": {
                                    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
                                }
                            },
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "only some roles of it",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                            "Condition": {
                                "ArnLike": {
                                    "aws:PrincipalArn": "arn:aws:iam::111122223333:role/sender"
                                }
                            },
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "the account that has the key",
            {
                "KeyPolicy": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                            "Action": "kms:*",
                            "Resource": "*",
                        }
                    ]
                }
            },
            type="AWS::KMS::Key",
        ),
    )
    fails = (
        Example(
            "an account that has not",
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
                        },
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "444455556666"},
                            "Action": "kms:Decrypt",
                            "Resource": "*",
                        },
                    ]
                }
            },
            type="AWS::KMS::Key",
        ),
        Example(
            "an account that may put events",
            {
                "StatementId": "s",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                    "Action": "events:PutEvents",
                    "Resource": "*",
                },
            },
            type="AWS::Events::EventBusPolicy",
        ),
        Example(
            "all of it",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
        Example(
            "all of it, by number",
            {
                "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": ["111122223333"]},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::SQS::QueuePolicy",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        policy = resource_policy(resource)
        own = {template.environment.get("AWS::AccountId", "${AWS::AccountId}"), *_owners(policy)}
        for statement in policy.document.allowing:
            wide = [
                p for p in statement.principals or () if p.account_wide and p.account not in own
            ]
            if wide and not statement.restricted.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Principal"),
                    f"every principal of account {wide[0].account} is admitted",
                    certain=statement.allows,
                )


def _owners(policy: Policy) -> Iterator[str]:
    """
    Give the accounts that a key's policy names as its owners: somebody has to be.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    if policy.block.resource.type in KEY_POLICIES:
        for statement in policy.document.allowing:
            if statement.applies_to_action("kms:*").certain:
                yield from statement.accounts
