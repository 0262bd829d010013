"""
The roles, users, groups and permission sets of a template, each with all that says what it may do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from secure_constructs.iam.documents import PolicyDocument, Statement
from secure_constructs.iam.evaluation import Policies, PolicySet
from secure_constructs.iam.managed import managed_policy, managed_policy_name
from secure_constructs.iam.policies import trust_policy
from secure_constructs.template import Resource, Template, Text, Unknown

ROLE: Final = "AWS::IAM::Role"
USER: Final = "AWS::IAM::User"
GROUP: Final = "AWS::IAM::Group"
PERMISSION_SET: Final = "AWS::SSO::PermissionSet"
IDENTITIES: Final = (ROLE, USER, GROUP, PERMISSION_SET)
MANAGED_POLICY: Final = "AWS::IAM::ManagedPolicy"

# Kind of identity -> the resource types that attach a policy to it, and by which property.
_ATTACHED_BY: Final = {
    ROLE: (
        ("AWS::IAM::Policy", "Roles"),
        ("AWS::IAM::RolePolicy", "RoleName"),
        (MANAGED_POLICY, "Roles"),
    ),
    USER: (
        ("AWS::IAM::Policy", "Users"),
        ("AWS::IAM::UserPolicy", "UserName"),
        (MANAGED_POLICY, "Users"),
    ),
    GROUP: (
        ("AWS::IAM::Policy", "Groups"),
        ("AWS::IAM::GroupPolicy", "GroupName"),
        (MANAGED_POLICY, "Groups"),
    ),
    PERMISSION_SET: (),
}
# What Identity Center makes of a permission set, in each account that it is assigned in.
# https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
_ROLES_OF_SET: Final = Text(
    ("arn:aws:iam::", Unknown("account"), ":role/aws-reserved/sso.amazonaws.com/", Unknown("role"))
)
# Workload -> where it says which role it runs with.
_ROLE_OF: Final = {
    "AWS::AppRunner::Service": "InstanceConfiguration.InstanceRoleArn",
    "AWS::BedrockAgentCore::CodeInterpreterCustom": "ExecutionRoleArn",
    "AWS::CodeBuild::Project": "ServiceRole",
    "AWS::ECS::TaskDefinition": "TaskRoleArn",
    "AWS::EC2::Instance": "IamInstanceProfile",
    "AWS::Glue::DevEndpoint": "RoleArn",
    "AWS::Glue::Job": "Role",
    "AWS::Lambda::Function": "Role",
    "AWS::Pipes::Pipe": "RoleArn",
    "AWS::SageMaker::NotebookInstance": "RoleArn",
    "AWS::Scheduler::Schedule": "Target.RoleArn",
    "AWS::StepFunctions::StateMachine": "RoleArn",
}


class Attachment(NamedTuple):
    """
    One policy of an identity, and where it stands.

    Args:
        document: What it says.
        resource: The resource that holds it, or that attaches it where AWS wrote it.
        path: The property of *resource* that holds or attaches it.
        managed_by_aws: The name of the AWS-managed policy, if it is one.
    """

    document: PolicyDocument
    resource: Resource
    path: str
    managed_by_aws: str = ""

    def place_of(self, statement: Statement) -> str:
        """
        Give the property path of one of its statements.
        """
        return self.path if self.managed_by_aws else f"{self.path}.{statement.place}"

    @property
    def of_service(self) -> bool:
        """
        Whether AWS wrote it for the role of one of its services, which takes all of it.
        """
        return bool(self.managed_by_aws) and ":policy/service-role/" in str(
            self.resource.get(self.path)
        )


class Identity:
    """
    A role, user, group or permission set, and what it may do.

    Args:
        resource: The resource.
        attachments: Its policies, those of its groups included.
        policies: The same as they are evaluated, with its boundary.
        trust: Who may become it, for a role.
        unseen: The policies attached whose content is not known, as written.
        bounded: Whether it has a permissions boundary.
        groups: The groups a user is in.
    """

    __slots__ = (
        "_attachment_of",
        "attachments",
        "bounded",
        "groups",
        "policies",
        "resource",
        "trust",
        "unseen",
    )

    def __init__(  # noqa: PLR0913 (one fact each)
        self,
        resource: Resource,
        *,
        attachments: tuple[Attachment, ...],
        boundary: PolicySet | None,
        trust: PolicyDocument | None,
        unseen: tuple[str, ...],
        groups: tuple[Identity, ...],
    ) -> None:
        self.resource = resource
        self.attachments = attachments
        self.policies = Policies(
            identity=PolicySet(attachment.document for attachment in attachments),
            boundary=boundary,
        )
        self.trust = None if trust is None else PolicySet((trust,))
        self.unseen = unseen
        self.bounded = boundary is not None
        self.groups = groups
        # By the identity of the statement: two policies may say the same.
        self._attachment_of: dict[int, Attachment] | None = None

    @property
    def arn(self) -> str:
        """
        Its ARN as a text, with what is set at deployment kept as parts.

        For a permission set that of the roles made of it.
        """
        own: str = _ROLES_OF_SET if self.resource.type == PERMISSION_SET else self.resource.arn
        return own

    @property
    def managed_policies(self) -> tuple[Resource, ...]:
        """
        The customer-managed policies attached to it, each once.
        """
        found = (a.resource for a in self.attachments if a.resource.type == MANAGED_POLICY)
        return tuple(dict.fromkeys(found))

    def attachment_of(self, statement: Statement) -> Attachment | None:
        """
        Find the policy that a statement stands in.
        """
        if self._attachment_of is None:
            self._attachment_of = {
                id(known): attachment
                for attachment in reversed(self.attachments)
                for known in attachment.document.statements
            }
        return self._attachment_of.get(id(statement))

    def __repr__(self) -> str:
        return f"<Identity {self.resource.logical_id}>"


class Identities:
    """
    The roles, users, groups and permission sets of templates that are deployed together.

    Args:
        template: One of the templates.
    """

    __slots__ = ("_attached_by", "_holders", "_known", "template")

    def __init__(self, template: Template) -> None:
        self.template = template
        self._known: dict[Resource, Identity] = {}
        self._holders: dict[Resource, list[Identity]] | None = None
        self._attached_by: dict[str, list[tuple[str, str]]] = {}

    @property
    def own(self) -> tuple[Identity, ...]:
        """
        Those the template itself defines.
        """
        return tuple(map(self.of, self.template.of_type(*IDENTITIES)))

    @property
    def all(self) -> tuple[Identity, ...]:
        """
        Those of all templates deployed together.
        """
        return tuple(map(self.of, self.template.everywhere(*IDENTITIES)))

    def of(self, resource: Resource) -> Identity:
        """
        Give the identity that a role, user, group or permission set makes.
        """
        identity = self._known.get(resource)
        if identity is None:
            identity = self._known[resource] = self._identity(resource)
        return identity

    def holders(self, policy: Resource) -> tuple[Identity, ...]:
        """
        Give the identities that have a policy, or policies that a resource holds itself.
        """
        if self._holders is None:
            self._holders = {}
            for identity in self.all:
                for held_by in dict.fromkeys(a.resource for a in identity.attachments):
                    self._holders.setdefault(held_by, []).append(identity)
        return tuple(self._holders.get(policy, ()))

    def role_of(self, workload: Resource) -> Identity | None:
        """
        Give the role that a function or another workload runs with.

        Returns:
            ``None`` when the templates do not define it.
        """
        path = _ROLE_OF.get(workload.type)
        found = self._role(workload.get(path)) if path else None
        return self.of(found) if found else None

    def _role(self, value: object) -> Resource | None:
        profile = self.template.find(value, "AWS::IAM::InstanceProfile")
        if profile is not None:
            value = next(iter(_entries(profile.get("Roles"))), None)
        return self.template.find(value, ROLE)

    def _identity(self, resource: Resource) -> Identity:
        groups = tuple(map(self.of, self._groups(resource)))
        attachments = list(self._inline(resource))
        unseen: list[str] = []
        for path, value in self._attached(resource):
            attachment = self._managed(resource, path, value)
            if attachment is None:
                unseen.append(str(value))
            else:
                attachments.append(attachment)
        for kind, at in self._attaching_to(resource.type):
            attachments.extend(map(self._held_by, self.template.referrers(resource, kind, at)))
        for group in groups:
            attachments.extend(group.attachments)
            unseen.extend(group.unseen)
        return Identity(
            resource,
            attachments=_each_once(attachments),
            boundary=self._boundary(resource),
            trust=self._trust(resource),
            unseen=tuple(unseen),
            groups=groups,
        )

    def _attaching_to(self, kind: str) -> list[tuple[str, str]]:
        """
        Give what attaches policies to a kind of identity, as far as the templates have any.
        """
        found = self._attached_by.get(kind)
        if found is None:
            found = [(by, at) for by, at in _ATTACHED_BY[kind] if self.template.everywhere(by)]
            self._attached_by[kind] = found
        return found

    def _attached(self, resource: Resource) -> Iterator[tuple[str, object]]:
        """
        Give the managed policies that a resource names, by ARN or by name.
        """
        if resource.type != PERMISSION_SET:
            yield from _numbered("ManagedPolicyArns", resource.get("ManagedPolicyArns"))
            return
        yield from _numbered("ManagedPolicies", resource.get("ManagedPolicies"))
        by_name = "CustomerManagedPolicyReferences"
        for path, value in _numbered(by_name, resource.get(by_name)):
            yield path, value.get("Name") if isinstance(value, dict) else value

    def _inline(self, resource: Resource) -> Iterator[Attachment]:
        if resource.type == PERMISSION_SET:
            path = "InlinePolicy"
            if resource.has(path):
                document = self._document(resource, path, resource.get(path))
                yield Attachment(document=document, resource=resource, path=path)
            return
        for path, policy in _numbered("Policies", resource.get("Policies")):
            content = policy.get("PolicyDocument") if isinstance(policy, dict) else policy
            at = f"{path}.PolicyDocument"
            yield Attachment(
                document=self._document(resource, at, content), resource=resource, path=at
            )

    def _managed(self, resource: Resource, path: str, value: object) -> Attachment | None:
        name = managed_policy_name(value) if isinstance(value, str) else None
        document = managed_policy(name) if name else None
        if name is not None and document is not None:
            return Attachment(document=document, resource=resource, path=path, managed_by_aws=name)
        held = self.template.find(value, MANAGED_POLICY)
        return None if held is None else self._held_by(held)

    def _held_by(self, holder: Resource) -> Attachment:
        path = "PolicyDocument"
        document = self._document(holder, path, holder.get(path))
        return Attachment(document=document, resource=holder, path=path)

    def _boundary(self, resource: Resource) -> PolicySet | None:
        value = resource.get("PermissionsBoundary")
        if value is None:
            return None
        if resource.type == PERMISSION_SET and isinstance(value, dict):
            own = value.get("CustomerManagedPolicyReference")
            value = value.get("ManagedPolicyArn") if own is None else own
            value = value.get("Name") if isinstance(value, dict) else value
        attachment = self._managed(resource, "PermissionsBoundary", value)
        if attachment is not None:
            return PolicySet((attachment.document,))
        return PolicySet((PolicyDocument(statements=(), readable=False),))

    def _trust(self, resource: Resource) -> PolicyDocument | None:
        if resource.type != ROLE:
            return None
        return trust_policy(resource).document

    def _groups(self, resource: Resource) -> Iterator[Resource]:
        if resource.type != USER:
            return
        found = [self.template.find(value, GROUP) for value in _entries(resource.get("Groups"))]
        additions = self.template.referrers(resource, "AWS::IAM::UserToGroupAddition", "Users")
        found.extend(self.template.find(entry.get("GroupName"), GROUP) for entry in additions)
        yield from dict.fromkeys(group for group in found if group is not None)

    def _document(self, resource: Resource, path: str, value: object) -> PolicyDocument:
        return resource.once(f"document at {path}", lambda _: PolicyDocument.parse(value))


def identities(template: Template) -> Identities:
    """
    Give the roles, users, groups and permission sets of a template, read once.
    """
    return template.once("identities", Identities)


def _each_once(attachments: list[Attachment]) -> tuple[Attachment, ...]:
    if len(attachments) < 2:  # noqa: PLR2004 (one is there once)
        return tuple(attachments)
    return tuple({(a.resource, a.path): a for a in attachments}.values())


def _entries(value: object) -> tuple[object, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _numbered(path: str, value: object) -> Iterator[tuple[str, object]]:
    for position, entry in enumerate(_entries(value)):
        yield f"{path}.{position}", entry
