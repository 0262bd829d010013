"""Policies that let a principal make credentials for others."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.escalation import escalations_of
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.iam.powers import LASTING, MINTING, remains
from secure_constructs.iam.roles import identities
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import entries_of, named, on_everything
from secure_constructs.template import Resource, Template


def _may(action: str | list[str], on: object = "*", **more: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": action, "Resource": on, **more}
    return {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}


class PolicyMintsCredentials(Rule):
    """
    The policy lets its principal make or fetch credentials that are not its own.

    Whoever takes over the principal for a minute leaves with an access key, a password or tokens
    for every database and user, and comes back when the hole is closed.
    """

    id = "iam-policy-mints-credentials"
    control = "iam.credentials-exposure"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "use roles instead of keys and passwords, and name the database user in resources=[...]"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#lock-away-credentials",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html",
    )

    passes = (
        Example(
            "one user of one database",
            _may(
                "rds-db:connect", "arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABC/orders_app"
            ),
            type="AWS::IAM::Policy",
        ),
        Example(
            "tokens of registries pull what is built",
            _may("ecr:GetAuthorizationToken"),
            type="AWS::IAM::Policy",
        ),
        Example(
            "users look after their own keys",
            _may("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}"),
            type="AWS::IAM::ManagedPolicy",
        ),
        Example(
            "a denial takes it away",
            {
                "AssumeRolePolicyDocument": {},
                "Policies": [
                    _may("rds-db:connect"),
                    _may("rds-db:*", Effect="Deny"),
                ],
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "keys of every user, which is escalation",
            {"AssumeRolePolicyDocument": {}, "Policies": [_may("iam:CreateAccessKey")]},
            type="AWS::IAM::Role",
        ),
    )
    fails = (
        Example(
            "keys for a user",
            _may("iam:CreateAccessKey", "arn:aws:iam::111122223333:user/reporting"),
            type="AWS::IAM::Policy",
        ),
        Example("any user of any database", _may("rds-db:connect"), type="AWS::IAM::Policy"),
        Example(
            "tokens for anyone who signs in",
            _may(["cognito-identity:GetOpenIdTokenForDeveloperIdentity"]),
            type="AWS::IAM::Policy",
        ),
    )
    uncertain = (
        Example(
            "only under a condition",
            _may(
                "rds-db:connect", Condition={"StringEquals": {"aws:PrincipalTag/team": "reports"}}
            ),
            type="AWS::IAM::Policy",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        for policy, statement in grants(resource):
            minting = _minting(statement, resource, template)
            if not minting:
                continue
            answer = (
                remains(statement, minting, resource, template, among=MINTING | LASTING)
                & statement.holds()
            )
            if answer.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    f"{named(minting)} gives out credentials",
                    certain=answer.certain and statement.allows,
                )


def _minting(statement: Statement, resource: Resource, template: Template) -> tuple[str, ...]:
    """
    Give the entries that mint credentials, those aside that escalation speaks of already.
    """
    found = entries_of(statement, MINTING)
    if found and not on_everything(statement).certain:
        found = ()
    lasting = entries_of(statement, LASTING)
    if lasting and not all("${aws:username}" in text for text in statement.resources or ("",)):
        return found if _escalates(resource, template) else found + lasting
    return found


def _escalates(resource: Resource, template: Template) -> bool:
    return any(
        way.certain and LASTING.intersection(way.path.actions)
        for identity in identities(template).holders(resource)
        for way in escalations_of(identity.resource, template)
    )
