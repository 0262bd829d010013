"""Policies that let a principal pass any role."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import grants_everything
from secure_constructs.template import Resource, Template

# Where an action to pass a role is looked for: under its service, or where that is open.
_MAY_BE_IAM = ("iam", "")
_ANY_ROLE = re.compile(r"\*|arn:[^:]*(?:::[^:]*)*:iam::[^:]*(?:::[^:]*)*:(?:\*|role/\*)")


def _any_role(statement: Statement) -> Answer:
    """
    Say whether a statement names every role of the account.
    """
    if statement.resources and any(map(_ANY_ROLE.fullmatch, statement.resources.wide)):
        return Answer.YES
    return Answer.MAYBE if "Resource" in statement.unreadable else Answer.NO


def _about_others(statement: Statement) -> bool:
    """
    Say whether a statement is about other services alone.
    """
    actions = statement.actions
    return (
        actions is not None
        and not statement.unreadable
        and actions.by_service.keys().isdisjoint(_MAY_BE_IAM)
    )


class EveryRoleMayBePassed(Rule):
    """
    The policy lets its principal hand any role of the account to a service.

    Whoever may pass any role passes the most powerful one to something they control, a function
    or an instance of their own, and acts with it: a plain way from one weak function to the
    whole account.
    """

    id = "iam-every-role-may-be-passed"
    control = "iam.passrole-wildcard"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.HIGH
    resource_types = IDENTITY_POLICIES
    fix = "name the role: role.grant_pass_role(function)"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",)

    passes = (
        Example(
            "one role",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "iam:PassRole",
                            "Resource": "arn:aws:iam::111122223333:role/task",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "any role, but to one service only",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "iam:PassRole",
                            "Resource": "*",
                            "Condition": {
                                "StringEquals": {"iam:PassedToService": "states.amazonaws.com"}
                            },
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "any role",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": ["lambda:*", "iam:PassRole"], "Resource": "*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "any role, by pattern",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "iam:Pass*",
                                    "Resource": "arn:aws:iam::*:role/*",
                                }
                            ]
                        },
                    }
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy, statement in grants(resource):
            if statement.not_actions is not None or _about_others(statement):
                continue
            anyone = _any_role(statement)
            if not anyone.possible:
                continue
            if grants_everything(statement).certain:
                continue  # a fault of its own
            passes = statement.applies_to_action("iam:PassRole") & anyone
            if passes.possible and not statement.condition_values("iam:PassedToService"):
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Resource"),
                    "any role of the account may be passed",
                    certain=statement.allows and passes.certain,
                )
