"""
What a function's role allows, against what the function's code calls.

*Never called* is said only when everything that can use the role was read in full. *Not granted* is
said only of a call that surely happens and that no policy in sight may allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from secure_constructs.code.calls import ANY, Call, Name, Reading
from secure_constructs.code.functions import read_function
from secure_constructs.code.operations import Need, need_of, service, services_of
from secure_constructs.iam import actions
from secure_constructs.iam.documents import Kind as PrincipalKind
from secure_constructs.iam.documents import PolicyDocument, Statement
from secure_constructs.iam.evaluation import Request
from secure_constructs.iam.roles import Attachment, Identity, identities
from secure_constructs.template import Resource, Template, Text, Unknown
from secure_constructs.template.values import concatenated

FUNCTION: Final = "AWS::Lambda::Function"

_QUESTION: Final = "usage"
_USERS: Final = "functions by role"
_EVENT_SOURCE: Final = "AWS::Lambda::EventSourceMapping"
_ASYNC: Final = "AWS::Lambda::EventInvokeConfig"
_POWERTOOLS: Final = "AWSLambdaPowertools"


def _by_service(
    used: Iterable[str], known: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Mapping[str, Sequence[str]]:
    """
    Put what is used to what is known to be, by service.
    """
    found: dict[str, list[str]] = {}
    for one in dict.fromkeys(used):
        service_name = one.partition(":")[0]
        found.setdefault(service_name, list(known.get(service_name, ()))).append(one)
    return {**known, **found} if found else known


# What Lambda does with the role by itself, and what drivers and signed requests use that are no
# calls of an SDK: nothing is said of it.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
_NOT_BY_CALLS: Final = _by_service(
    (
        "appsync:graphql",
        "aoss:apiaccessall",
        "aoss:dashboardsaccessall",
        "cloudwatch:putmetricdata",
        "codeguru-profiler:*",
        "dsql:*",
        "ec2:*networkinterface*",
        "ec2:*privateipaddresses",
        "ec2:describesecuritygroups",
        "ec2:describesubnets",
        "ec2:describevpcs",
        "ec2:getsecuritygroupsforvpc",
        "elasticache:connect",
        "elasticfilesystem:*",
        "es:eshttp*",
        "execute-api:invoke",
        "iam:passrole",
        "kafka-cluster:*",
        "kms:creategrant",
        "kms:decrypt",
        "kms:describekey",
        "kms:encrypt",
        "kms:generatedatakey*",
        "kms:reencrypt*",
        "lambda:invokefunctionurl",
        "logs:*",
        "memorydb:connect",
        "neptune-db:*",
        "rds-db:connect",
        "secretsmanager:getrandompassword",
        "sts:setsourceidentity",
        "sts:tagsession",
        "xray:*",
    )
)
# What Lambda's pollers use.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
_BY_POLLERS: Final = (
    "dynamodb:describestream",
    "dynamodb:getrecords",
    "dynamodb:getsharditerator",
    "dynamodb:liststreams",
    "kinesis:describestream*",
    "kinesis:getrecords",
    "kinesis:getsharditerator",
    "kinesis:listshards",
    "kinesis:liststreams",
    "kinesis:subscribetoshard",
    "sqs:changemessagevisibility",
    "sqs:deletemessage",
    "sqs:getqueueattributes",
    "sqs:getqueueurl",
    "sqs:receivemessage",
)
_BY_OTHER_POLLERS: Final = ("kafka:*", "mq:*", "rds:*", "ec2:*", "secretsmanager:*", "glue:*")
# What Lambda uses to deliver what failed or succeeded.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
_BY_DESTINATIONS: Final = (
    "events:putevents",
    "kafka:*",
    "lambda:invokefunction",
    "s3:listbucket",
    "s3:putobject*",
    "sns:publish",
    "sqs:getqueueattributes",
    "sqs:getqueueurl",
    "sqs:sendmessage",
)
# What extensions in layers use.
_BY_EXTENSIONS: Final = ("appconfig:*", "secretsmanager:*", "ssm:getparameter*", "s3:*")

# Type -> the prefix of the actions on it, and the property by which a policy of its own names it.
_TARGETS: Final = {
    "dynamodb": ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"),
    "events": ("AWS::Events::EventBus",),
    "firehose": ("AWS::KinesisFirehose::DeliveryStream",),
    "kinesis": ("AWS::Kinesis::Stream",),
    "kms": ("AWS::KMS::Key",),
    "lambda": ("AWS::Lambda::Function",),
    "s3": ("AWS::S3::Bucket",),
    "secretsmanager": ("AWS::SecretsManager::Secret",),
    "sns": ("AWS::SNS::Topic",),
    "sqs": ("AWS::SQS::Queue",),
    "states": ("AWS::StepFunctions::StateMachine",),
}
# Prefix -> the resources that hold policies of their own, and where.
_RESOURCE_POLICIES: Final = {
    "dynamodb": (
        ("AWS::DynamoDB::Table", "ResourcePolicy.PolicyDocument"),
        ("AWS::DynamoDB::GlobalTable", "Replicas.0.ResourcePolicy.PolicyDocument"),
    ),
    "events": (("AWS::Events::EventBusPolicy", "Statement"),),
    "kinesis": (("AWS::Kinesis::ResourcePolicy", "ResourcePolicy"),),
    "kms": (("AWS::KMS::Key", "KeyPolicy"),),
    "s3": (("AWS::S3::BucketPolicy", "PolicyDocument"),),
    "secretsmanager": (("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"),),
    "sns": (("AWS::SNS::TopicPolicy", "PolicyDocument"),),
    "sqs": (("AWS::SQS::QueuePolicy", "PolicyDocument"),),
}


class Unused(NamedTuple):
    """
    An action of a statement that nothing calls.

    Args:
        action: As the statement writes it: ``s3:GetBucket*``.
        statement: The statement.
        attachment: The policy it stands in.
        resource: What it is never called on; ``None`` when it is never called at all.
    """

    action: str
    statement: Statement
    attachment: Attachment
    resource: Resource | None = None

    @property
    def place(self) -> str:
        """
        Where it stands, from the resource that holds the policy.
        """
        return f"{self.attachment.resource.logical_id} {self.attachment.place_of(self.statement)}"

    def __str__(self) -> str:
        return self.action if self.resource is None else f"{self.action} on {_named(self.resource)}"


class Missing(NamedTuple):
    """
    A call that the role does not allow.

    Args:
        actions: The actions it takes, one of which is needed.
        call: The first such call.
        resource: What it is made on, when that is one of the templates' resources.
    """

    actions: tuple[str, ...]
    call: Call
    resource: Resource | None


class Usage(NamedTuple):
    """
    A function's permissions against its code.

    Args:
        reading: What its code calls.
        identity: Its role; ``None`` when the templates do not define it.
        unused: What is granted and never called.
        undecided: What is granted, and may be called by code that was not followed.
        missing: What is called and not granted.
        doubts: Why not everything could be judged, as clauses.
    """

    reading: Reading
    identity: Identity | None
    unused: tuple[Unused, ...] = ()
    undecided: tuple[Unused, ...] = ()
    missing: tuple[Missing, ...] = ()
    doubts: tuple[str, ...] = ()


def usage_of(function: Resource, template: Template) -> Usage:
    """
    Compare what a function may do with what its code calls.
    """
    return function.once(_QUESTION, lambda asked: _usage(asked, template))


def _usage(function: Resource, template: Template) -> Usage:
    reading = read_function(function)
    identity = identities(template).role_of(function)
    if identity is None:
        return Usage(
            reading=reading,
            identity=None,
            doubts=("its role is not defined in the templates",),
        )
    judge = _Judge(function, template, identity, reading)
    return Usage(
        reading=reading,
        identity=identity,
        unused=tuple(judge.unused()),
        undecided=tuple(judge.undecided()),
        missing=tuple(judge.missing()),
        doubts=tuple(dict.fromkeys(judge.doubts())),
    )


def _users(template: Template) -> dict[Resource, list[Resource]]:
    """
    List the functions that run with each role.
    """
    known = identities(template)
    users: dict[Resource, list[Resource]] = {}
    for function in template.everywhere(FUNCTION):
        identity = known.role_of(function)
        if identity is not None:
            users.setdefault(identity.resource, []).append(function)
    return users


class _Judge:
    """
    Compares one function with its role.
    """

    def __init__(
        self, function: Resource, template: Template, identity: Identity, reading: Reading
    ) -> None:
        self.function = function
        self.template = template
        self.identity = identity
        self.reading = reading
        self.users = template.once(_USERS, _users).get(identity.resource, [function])
        self.readings = [read_function(user) for user in self.users]

    def doubts(self) -> Iterator[str]:
        """
        Say why "never called" is not judged, or not of every service.
        """
        if not _only_for_functions(self.identity):
            yield "its role may be used by others than functions"
        for user, reading in zip(self.users, self.readings, strict=True):
            of = "" if user is self.function else f"{user.logical_id}, which has the same role: "
            for gap in reading.gaps:
                about = "" if gap.service == ANY else f"{gap.service}: "
                where = f" ({gap.place})" if gap.place.file else ""
                yield f"{of}{about}{gap.reason}{where}"

    # -- Granted and never called

    def unused(self) -> Iterator[Unused]:
        """
        Find what is granted and never called.
        """
        if not _only_for_functions(self.identity) or not all(r.files for r in self.readings):
            return
        closed = self.closed
        for entry in self.granted():
            if closed is None or _service_of(entry.action) in closed:
                continue
            if self.is_unused(entry.action):
                yield entry
            else:
                yield from self.unused_on_some(entry)

    def unused_on_some(self, entry: Unused) -> Iterator[Unused]:
        """
        Find the resources of the templates on which an action is granted and never called.
        """
        kinds = _TARGETS.get(_service_of(entry.action), ())
        texts = entry.statement.resources or ()
        found = [self.template.find(text, *kinds) for text in texts] if kinds else []
        named = {resource for resource in found if resource is not None}
        called_on = self.called_on(entry.action) if named else None
        if called_on:
            for resource in sorted(named - called_on, key=_named):
                yield entry._replace(resource=resource)

    def called_on(self, entry: str) -> set[Resource] | None:
        """
        Give what the calls are about that take an action; ``None`` when that is not known of all.
        """
        prefix = _service_of(entry)
        if _meets(entry, self.used_besides.get(prefix, ())):
            return None
        found: set[Resource] = set()
        for user, reading in zip(self.users, self.readings, strict=True):
            for call in reading.calls:
                if not _meets(entry, _taken(call, (prefix,))):
                    continue
                resource = None if call.service == ANY else target_of(user, call)
                if resource is None:
                    return None
                found.add(resource)
        return found

    def undecided(self) -> Iterator[Unused]:
        """
        Find what is granted, and may be called by code that was not followed.
        """
        closed = self.closed
        read = closed is not None and all(r.files for r in self.readings)
        if (read and not closed) or not _only_for_functions(self.identity):
            return
        for entry in self.granted():
            unsure = not read or closed is None or _service_of(entry.action) in closed
            if unsure and self.is_unused(entry.action):
                yield entry

    def granted(self) -> Iterator[Unused]:
        """
        Give the actions that the template itself grants, each once in a statement.
        """
        for attachment in self.identity.attachments:
            if attachment.managed_by_aws:
                continue
            for statement in attachment.document.allowing:
                if statement.allows and not statement.unreadable:
                    for entry in dict.fromkeys(statement.actions or ()):
                        yield Unused(action=entry, statement=statement, attachment=attachment)

    @cached_property
    def closed(self) -> frozenset[str] | None:
        """
        Give the services of which nothing can be said; ``None`` when nothing can be at all.
        """
        closed: set[str] = set()
        for reading in self.readings:
            for gap in reading.gaps:
                described = service(gap.service)
                if described is None:
                    return None
                closed.add(described.prefix)
            for call in reading.calls:
                if call.service != ANY and not _need(call).known:
                    described = service(call.service)
                    if described is None:
                        return None
                    closed.add(described.prefix)
                for beside in _need(call).beside if call.service != ANY else ():
                    prefix, _, name = beside.partition(":")
                    if name == ANY:
                        if prefix == ANY:
                            return None
                        closed.add(prefix)
        return frozenset(closed)

    def is_unused(self, entry: str) -> bool:
        """
        Whether nothing uses what an entry of a statement allows.
        """
        if ":" not in entry or "$" in entry:
            return False
        used = self.used.get(_service_of(entry), ())
        matching = [action.name.lower() for action in actions.matching(entry)]
        if not matching or _meets(entry, used):
            return False
        patterns = [one for one in used if "*" in one]
        return not all(any(fnmatchcase(one, known) for known in patterns) for one in matching)

    @cached_property
    def used(self) -> Mapping[str, Sequence[str]]:
        """
        Give the actions that may be used, in lower case, by service; patterns for those of Lambda.
        """
        granted = {
            _service_of(entry)
            for attachment in self.identity.attachments
            for statement in attachment.document.allowing
            for entry in statement.actions or ()
        }
        by_calls = (
            taken
            for reading in self.readings
            for call in reading.calls
            for taken in _taken(call, granted)
        )
        return _by_service(by_calls, self.used_besides)

    @cached_property
    def used_besides(self) -> Mapping[str, Sequence[str]]:
        """
        Give what is used by other means than calls, as patterns, by service.
        """
        by_lambda = (one for user in self.users for one in self.used_by_lambda(user))
        return _by_service(by_lambda, _NOT_BY_CALLS)

    def used_by_lambda(self, user: Resource) -> Iterator[str]:
        sources = self.template.referrers(user, _EVENT_SOURCE, at="FunctionName")
        if sources:
            yield from _BY_POLLERS
            if any(_is_broker(source) for source in sources):
                yield from _BY_OTHER_POLLERS
        delivers = user.has("DeadLetterConfig") or any(
            source.has("DestinationConfig") for source in sources
        )
        if delivers or self.template.referrers(user, _ASYNC, at="FunctionName"):
            yield from _BY_DESTINATIONS
        layers = user.get("Layers")
        entries = layers if isinstance(layers, list) else [layers] if layers is not None else []
        if any(not isinstance(arn, str) or _POWERTOOLS not in arn for arn in entries):
            yield from _BY_EXTENSIONS

    # -- Called and not granted

    def missing(self) -> Iterator[Missing]:
        """
        Find what is called and not granted, each action and resource once.
        """
        if self.identity.unseen:
            return
        seen: set[tuple[tuple[str, ...], str]] = set()
        for call in self.reading.calls:
            if not call.certain or self.turned_off(call):
                continue
            need = _need(call)
            resource = target_of(self.function, call)
            for group in need.required:
                key = (group, resource.logical_id if resource else "")
                if key in seen or any(self.may(name, call, resource) for name in group):
                    continue
                seen.add(key)
                yield Missing(actions=group, call=call, resource=resource)

    def turned_off(self, call: Call) -> bool:
        """
        Whether a call is about what an environment variable names that the function lacks.

        Code that serves several functions asks for such a variable before it calls.
        """
        variables = self.function.get("Environment.Variables", {})
        return isinstance(variables, Mapping) and any(
            name.variable and name.text not in variables and not name.text.startswith("AWS_")
            for _, name in call.about
        )

    def may(self, name: str, call: Call, resource: Resource | None) -> bool:
        """
        Whether a policy in sight may allow an action, on the resource if it is known.
        """
        for text in _texts(name, call, resource):
            if self.identity.policies.grants(Request(name, text)).possible:
                return True
        return self.by_resource_policy(name)

    def by_resource_policy(self, name: str) -> bool:
        prefix = name.partition(":")[0]
        for kind, path in _RESOURCE_POLICIES.get(prefix, ()):
            for holder in self.template.everywhere(kind):
                content = holder.get(path)
                if content is None:
                    continue
                document = PolicyDocument.parse(content)
                if document.unreadable:
                    return True
                for statement in document.allowing:
                    caller = statement.applies_to_caller(self.identity.arn)
                    if (statement.applies_to_action(name) & caller).possible:
                        return True
        return False


def target_of(function: Resource, call: Call) -> Resource | None:
    """
    Find the one resource of the templates that a call is about.
    """
    described = service(call.service)
    kinds = _TARGETS.get(described.prefix, ()) if described is not None else ()
    if not kinds or call.operation.startswith(("copy", "upload_part_copy")):
        return None
    found = {function.template.find(_value_of(function, name), *kinds) for _, name in call.about}
    return next(iter(found)) if len(found) == 1 else None


def _value_of(function: Resource, name: Name) -> Any:
    if not name.variable:
        return name.text
    variables = function.get("Environment.Variables")
    value = variables.get(name.text) if isinstance(variables, Mapping) else None
    # A name made of several parts is not that of the resource which gives one of them.
    whole = not isinstance(value, Text) or value.target is not None
    return value if whole else None


def _only_for_functions(identity: Identity) -> bool:
    """
    Whether only Lambda can use a role.
    """
    if identity.trust is None or not identity.trust.readable:
        return False
    principals = [
        principal
        for document in identity.trust.documents
        for statement in document.allowing
        for principal in statement.principals or (None,)
    ]
    return bool(principals) and all(
        principal is not None
        and principal.kind is PrincipalKind.SERVICE
        and principal.value == "lambda.amazonaws.com"
        for principal in principals
    )


def _service_of(entry: str) -> str:
    return entry.partition(":")[0].lower()


def _meets(entry: str, used: Iterable[str]) -> bool:
    """
    Whether an entry of a statement and something that is used, both of them patterns, may meet.
    """
    asked = entry.lower()
    if "*" in asked or "?" in asked:
        return any(fnmatchcase(asked, one) or fnmatchcase(one, asked) for one in used)
    return any(asked == one or ("*" in one and fnmatchcase(asked, one)) for one in used)


def _named(resource: Resource) -> str:
    return resource.construct_path or resource.logical_id


def _need(call: Call) -> Need:
    return need_of(call.service, call.operation, call.keywords)


def _taken(call: Call, granted: Iterable[str]) -> Iterator[str]:
    """
    Give the actions that a call may take, in lower case.
    """
    names = (
        [call.service]
        if call.service != ANY
        else [name for prefix in granted for name in services_of(prefix)]
    )
    for name in names:
        need = need_of(name, call.operation, call.keywords)
        for group in need.required:
            yield from (action.lower() for action in group)
        yield from (action.lower() for action in need.beside)


def _is_broker(source: Resource) -> bool:
    """
    Whether an event source is something else than a queue or a stream.
    """
    arn = source.get("EventSourceArn")
    if isinstance(arn, Text) and arn.target is not None:
        return arn.target.type not in (
            "AWS::DynamoDB::GlobalTable",
            "AWS::DynamoDB::Table",
            "AWS::Kinesis::Stream",
            "AWS::Kinesis::StreamConsumer",
            "AWS::SQS::Queue",
        )
    return not isinstance(arn, str) or not any(
        f":{known}:" in arn for known in ("dynamodb", "kinesis", "sqs")
    )


# The code says which key it asks for when it runs, and a grant may be bound to some of them.
_SOME_KEY: Final = Text((Unknown("key"),))


def _texts(name: str, call: Call, resource: Resource | None) -> Iterator[str]:
    """
    Give the ARNs that an action may be asked about.
    """
    arn = resource.arn if resource is not None else None
    if not isinstance(arn, str):
        yield "*"
        return
    described = actions.action(name)
    types = described.resource_types if described is not None else ()
    if not types:
        yield "*"
    elif "object" in types:
        yield concatenated([arn, "/", _SOME_KEY])
    else:
        yield arn
        if "index" in types and "IndexName" in call.keywords:
            yield concatenated([arn, "/index/", _SOME_KEY])
        elif "function" in types or "execution" in types or "stream" in types:
            yield "*"
