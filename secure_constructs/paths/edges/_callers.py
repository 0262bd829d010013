"""Whom policies of resources let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import PolicyDocument, Statement
from secure_constructs.iam.roles import ROLE
from secure_constructs.iam.statements import Kind as Named
from secure_constructs.iam.statements import Principal
from secure_constructs.paths.graph import ACCOUNTS, INTERNET, PRINCIPALS, Guard, Node, node_of
from secure_constructs.services.distributions import DISTRIBUTION, fronts_of
from secure_constructs.template import Resource, Template, Text

CLOUDFRONT: Final = "cloudfront.amazonaws.com"

_ACCOUNT: Final = "${AWS::AccountId}"
_BUCKET: Final = "AWS::S3::Bucket"
# Conditions that name a source elsewhere, as a clause.
_SOURCES: Final = {
    "aws:principalorgid": "only accounts of the organisation",
    "aws:principalorgpaths": "only accounts of the organisation",
    "aws:sourceorgid": "only accounts of the organisation",
    "aws:sourceorgpaths": "only accounts of the organisation",
    "aws:sourcearn": "only the source that the policy names",
    "aws:sourceaccount": "only the account that the policy names",
    "aws:sourceowner": "only the account that the policy names",
    "aws:principalaccount": "only the account that the policy names",
    "aws:principalarn": "only the principals that the policy names",
    "sts:externalid": "only who knows the external id",
}
_NETWORKS: Final = ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce")
# Services that carry what their customers send, so that anyone can be behind them.
# What such a service hands over for is in the templates where a resource like these says so.
_DEPUTIES: Final = {
    "cloudwatch": ("AWS::CloudWatch::",),
    "events": ("AWS::Events::",),
    "iot": ("AWS::IoT::",),
    "s3": ("AWS::S3::Bucket", "Custom::S3BucketNotifications"),
    "scheduler": ("AWS::Scheduler::",),
    "ses": ("AWS::SES::",),
    "sns": ("AWS::SNS::Subscription",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """
    Who is let in.

    Args:
        node: Who.
        guard: Who is asked before.
        limited: What limits them, as a clause.
        certain: Whether that is known.
    """

    node: Node
    guard: Guard = Guard.IAM
    limited: str = ""
    certain: bool = True


def is_own(account: str, template: Template) -> bool:
    """
    Say whether an account is the one the template is deployed to.
    """
    return account in {_ACCOUNT, template.environment.get("AWS::AccountId")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """
    Reads whom the statements of a policy let in.

    What a service hands over for a source in the templates is read with that source.

    Args:
        document: The policy.
        about: What it is about; none for the default event bus.
        template: The template of the policy.
    """

    document: PolicyDocument
    about: Resource | None
    template: Template

    def callers(self, statement: Statement, action: str, *, fetches: bool) -> Iterator[Caller]:
        """
        Give whom a statement lets in, where nothing else in the templates tells already.

        Args:
            statement: The statement.
            action: What it lets them do.
            fetches: Whether that takes something out.
        """
        if statement.public.possible:
            caller = self._anyone(statement, action)
            if caller is not None:
                yield caller
            if statement.public.certain:
                return
        seen: set[Node] = set()
        for principal in statement.principals or ():
            found = self._named(principal, statement, fetches=fetches)
            if found is not None and found.node not in seen:
                seen.add(found.node)
                yield found

    def _anyone(self, statement: Statement, action: str) -> Caller | None:
        """
        Say who is behind a principal that is anyone, given the conditions.
        """
        if self._source_here(statement) or self._kept_private():
            return None
        opened = statement.open_to_anyone
        if opened.possible:
            denials = list(self._denials(action))
            if any(self._own_only(denial) for denial in denials):
                return None
            if denials:
                return Caller(node=ACCOUNTS, limited=_limits(denials[0]))
            return Caller(node=INTERNET, guard=Guard.NONE, certain=opened.certain)
        if self._own_only(statement):
            return None
        if any(statement.condition_values(key) for key in _NETWORKS):
            return Caller(node=PRINCIPALS, limited="only the networks that the policy names")
        return Caller(node=ACCOUNTS, limited=_limits(statement) or "a condition of the policy")

    def _denials(self, action: str) -> Iterator[Statement]:
        """
        Give the statements that deny it to all but a source, an account or an organisation.
        """
        for statement in self.document.denying:
            if statement.applies_to_action(action) is Answer.YES and any(
                condition.negated and condition.key in _SOURCES
                for condition in statement.conditions
            ):
                yield statement

    def _named(self, principal: Principal, statement: Statement, *, fetches: bool) -> Caller | None:
        """
        Say who a principal is, where someone else does not tell already.
        """
        if principal.public.possible:
            return None
        if principal.kind is Named.SERVICE:
            return self._service(principal.value, statement, fetches=fetches)
        if principal.kind is not Named.AWS:
            return None
        role = self.template.find(principal.value, ROLE)
        if role is not None:
            return Caller(node=node_of(role))
        account = principal.account
        if account is not None and is_own(account, self.template):
            if principal.account_wide:
                return None  # leaves it to the policies of its principals
            return Caller(node=PRINCIPALS)
        if account is None and isinstance(principal.value, Text):
            return None if principal.value.resources else Caller(node=ACCOUNTS, certain=False)
        return Caller(node=ACCOUNTS, limited=_limits(statement))

    def _service(self, service: str, statement: Statement, *, fetches: bool) -> Caller | None:
        if service == CLOUDFRONT:
            front = self._front(statement)
            # What it fetches is read with the distribution.
            if front is None or fetches or not self._hands_on_uploads(front):
                return None
            return Caller(node=node_of(front))
        sources = _DEPUTIES.get(service.partition(".")[0])
        if sources is None or self._source_here(statement):
            return None
        if statement.restricted.possible:
            if self._own_only(statement):
                return None
            return Caller(node=ACCOUNTS, guard=Guard.NONE, limited=_limits(statement))
        resource = self.about
        if resource is not None and any(
            deputy.type.startswith(sources) for deputy in resource.mentioned_by
        ):
            return None
        return Caller(node=ACCOUNTS, guard=Guard.NONE)

    def _front(self, statement: Statement) -> Resource | None:
        for arn in statement.condition_values("aws:SourceArn"):
            found = self.template.find(arn, DISTRIBUTION)
            if found is not None:
                return found
        return None

    def _hands_on_uploads(self, distribution: Resource) -> bool:
        """
        Say whether a distribution hands on what writes; it may where its origins do not tell.
        """
        bucket = self.about
        if bucket is None or bucket.type != _BUCKET:
            return True
        ways = [front for front in fronts_of(bucket) if front.distribution == distribution]
        return not ways or any(front.hands_on("POST", "PUT") for front in ways)

    def _source_here(self, statement: Statement) -> bool:
        """
        Say whether a statement is for a source in the templates, which is read with that source.
        """
        return any(
            (isinstance(arn, Text) and arn.resources) or self.template.find(arn) is not None
            for arn in statement.condition_values("aws:SourceArn")
        )

    def _own_only(self, statement: Statement) -> bool:
        """
        Say whether a condition lets in the account of the template only.
        """
        keys = ("aws:SourceAccount", "aws:SourceOwner", "aws:PrincipalAccount")
        values = [value for key in keys for value in statement.condition_values(key)]
        return bool(values) and all(is_own(value, self.template) for value in values)

    def _kept_private(self) -> bool:
        bucket = self.about
        return bucket is not None and bucket.type == _BUCKET and _restricted(bucket)


def _limits(statement: Statement) -> str:
    """
    Say how conditions limit who calls from elsewhere.
    """
    return next(
        (said for key, said in _SOURCES.items() if statement.condition_values(key)),
        "",
    )


def _restricted(bucket: Resource) -> bool:
    """
    Say whether a bucket takes no notice of a policy that lets anyone in.
    """
    switch = bucket.get("PublicAccessBlockConfiguration.RestrictPublicBuckets")
    return switch in (True, "true")
