"""Where policies stand in resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from secure_constructs.iam.documents import Kind, PolicyDocument, Statement
from secure_constructs.template import UNRESOLVED, Block, Known, Resource

# Types that say who else may use a resource, and the property that holds the policy.
RESOURCE_POLICIES: Final = {
    "AWS::Backup::BackupVault": "AccessPolicy",
    "AWS::Backup::LogicallyAirGappedBackupVault": "AccessPolicy",
    "AWS::CloudTrail::ResourcePolicy": "ResourcePolicy",
    "AWS::CodeArtifact::Domain": "PermissionsPolicyDocument",
    "AWS::CodeArtifact::Repository": "PermissionsPolicyDocument",
    "AWS::DSQL::Cluster": "PolicyDocument",
    "AWS::DynamoDB::GlobalTable": "Replicas.0.ResourcePolicy.PolicyDocument",
    "AWS::DynamoDB::Table": "ResourcePolicy.PolicyDocument",
    "AWS::ECR::RegistryPolicy": "PolicyText",
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::EFS::FileSystem": "FileSystemPolicy",
    "AWS::Elasticsearch::Domain": "AccessPolicies",
    "AWS::EventSchemas::RegistryPolicy": "Policy",
    "AWS::IoT::Policy": "PolicyDocument",
    "AWS::Kinesis::ResourcePolicy": "ResourcePolicy",
    "AWS::Lambda::ResourcePolicy": "PolicyDocument",
    "AWS::Logs::Destination": "DestinationPolicy",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
    "AWS::MSK::ClusterPolicy": "Policy",
    "AWS::OpenSearchService::Domain": "AccessPolicies",
    "AWS::S3::AccessPoint": "Policy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::S3::MultiRegionAccessPointPolicy": "Policy",
    "AWS::S3Express::AccessPoint": "Policy",
    "AWS::S3Express::BucketPolicy": "PolicyDocument",
    "AWS::S3ObjectLambda::AccessPointPolicy": "PolicyDocument",
    "AWS::S3Tables::TableBucketPolicy": "ResourcePolicy",
    "AWS::S3Tables::TablePolicy": "ResourcePolicy",
    "AWS::S3Vectors::VectorBucketPolicy": "Policy",
    "AWS::SNS::TopicInlinePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SQS::QueueInlinePolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SSM::ResourcePolicy": "Policy",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
}
KEY_POLICIES: Final = {
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::KMS::ReplicaKey": "KeyPolicy",
}
BUS_POLICY: Final = "AWS::Events::EventBusPolicy"

# IAM takes no principal in the policy of an identity: who names one meant the policy of a resource.
MISPLACED_POLICIES: Final = {
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::Policy": "PolicyDocument",
}

# Types that say what a principal may do.
IDENTITY_POLICIES: Final = (
    "AWS::IAM::Group",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::User",
    "AWS::IAM::UserPolicy",
    "AWS::SSO::PermissionSet",
)
_INLINE: Final = frozenset({"AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"})
_HELD_AT: Final = {**RESOURCE_POLICIES, **KEY_POLICIES, **MISPLACED_POLICIES}
_NOTHING: Final[Mapping[str, Any]] = {}


class Policy(NamedTuple):
    """
    A policy document, and where it stands.

    Args:
        block: The block that holds it.
        path: The property of the block.
        document: What it says.
    """

    block: Block
    path: str
    document: PolicyDocument

    def at(self, statement: Statement, element: str = "") -> str:
        """
        Give the path of a statement, or of an element of it, below the block.
        """
        return ".".join(part for part in (self.path, statement.place, element) if part)


def resource_policy(resource: Resource) -> Policy:
    """
    Read the policy that says who else may use a resource.
    """
    if resource.type == BUS_POLICY:
        return bus_policy(resource)
    return resource.once("resource policy", lambda held: _policy(held, _HELD_AT[held.type]))


def grants(resource: Resource) -> Known[tuple[Policy, Statement]]:
    """
    Read what the policies a resource holds allow a principal, as far as they are known.

    Returns:
        The statements that allow something, or may, each with the policy it stands in.
    """
    return resource.once("grants", _grants)


def _grants(resource: Resource) -> Known[tuple[Policy, Statement]]:
    policies = _identity_policies(resource)
    return Known(
        tuple((p, statement) for p in policies.elements for statement in p.document.allowing),
        complete=policies.complete,
        place=policies.place,
    )


def loose_grants(resource: Resource) -> Known[tuple[Policy, Statement]]:
    """
    Read those of the same that leave open what they allow.

    Returns:
        The statements that name actions by a ``*`` at the end, or what they are not about,
        or that cannot be read in full.
    """
    return resource.once("loose grants", _loose_grants)


def _loose_grants(resource: Resource) -> Known[tuple[Policy, Statement]]:
    known = grants(resource)
    return Known(
        tuple([(policy, statement) for policy, statement in known.elements if _loose(statement)]),
        complete=known.complete,
        place=known.place,
    )


def _loose(statement: Statement) -> bool:
    return (
        bool(statement.actions and statement.actions.wide)
        or bool(statement.unreadable)
        or statement.not_actions is not None
        or statement.not_resources is not None
    )


def _identity_policies(resource: Resource) -> Known[Policy]:
    if resource.type in _INLINE:
        inline = resource.blocks("Policies")
        held = tuple(_policy(block, "PolicyDocument") for block in inline.elements)
        if resource.has("PolicyDocument"):  # where CloudFormation takes none, but readers expect it
            held = (*held, _policy(resource, "PolicyDocument"))
        return Known(held, complete=inline.complete, place=inline.place)
    if _bounds_only(resource):
        return Known((), complete=True, place="PolicyDocument")
    path = "InlinePolicy" if resource.type == "AWS::SSO::PermissionSet" else "PolicyDocument"
    held = (_policy(resource, path),) if resource.has(path) else ()
    return Known(held, complete=True, place=path)


def _bounds_only(resource: Resource) -> bool:
    """
    Whether a managed policy is a permissions boundary and nothing else, which grants nothing.
    """
    if resource.type != "AWS::IAM::ManagedPolicy":
        return False
    template = resource.template
    return any(
        template.referrers(resource, kind, at="PermissionsBoundary")
        for kind in ("AWS::IAM::Role", "AWS::IAM::User")
    ) and not (
        any(resource.has(attached) for attached in ("Groups", "Roles", "Users"))
        or any(template.referrers(resource, kind, at="ManagedPolicyArns") for kind in _INLINE)
    )


def trust_policy(role: Resource) -> Policy:
    """
    Read the policy that says who may assume a role.
    """
    return role.once("trust policy", _trust_policy)


def _trust_policy(role: Resource) -> Policy:
    path = "AssumeRolePolicyDocument"
    return Policy(block=role, path=path, document=PolicyDocument.alike(role.get(path)))


def beyond_services(trust: Policy) -> tuple[Statement, ...]:
    """
    Give the statements of a trust policy that may let in more than services named in full.

    Most have none. What those services do for whom is another question, see ``restricted``.
    """
    return trust.document.once("beyond services", _beyond_services)


def _beyond_services(document: PolicyDocument) -> tuple[Statement, ...]:
    return tuple([each for each in document.allowing if not _for_services(each)])


def _for_services(statement: Statement) -> bool:
    return (
        not statement.unreadable
        and statement.actions == ("sts:AssumeRole",)
        and statement.not_actions is None
        and statement.not_principals is None
        and all(
            principal.kind is Kind.SERVICE and not principal.wildcard
            for principal in statement.principals or ()
        )
    )


def bus_policy(resource: Resource) -> Policy:
    """
    Read the policy of an event bus, in its present form or in the one of single properties.
    """
    statement = resource.get("Statement")
    if statement is None:
        principal = resource.get("Principal")
        if isinstance(principal, str) and principal != "*":
            principal = {"AWS": principal}
        condition = resource.block("Condition")
        tests: Mapping[str, Any] = _NOTHING
        if condition:
            key, value = condition.get("Key"), condition.get("Value")
            tests = {str(condition.get("Type")): {str(key): value}}
        statement = {
            "Effect": "Allow",
            "Action": resource.get("Action", UNRESOLVED),
            "Principal": UNRESOLVED if principal is None else principal,
            "Condition": dict(tests),
        }
        return Policy(
            block=resource, path="", document=PolicyDocument.parse({"Statement": [statement]})
        )
    if isinstance(statement, Mapping):
        statement = {"Effect": "Allow", **statement}
    return Policy(block=resource, path="", document=PolicyDocument.parse({"Statement": statement}))


def _policy(block: Block, path: str) -> Policy:
    # The roles of a template are read from the same documents, see iam/roles.py.
    document = block.resource.once(
        f"document at {block.at(path)}", lambda _: PolicyDocument.parse(block.get(path))
    )
    return Policy(block=block, path=path, document=document)
