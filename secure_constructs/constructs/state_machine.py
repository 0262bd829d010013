"""A workflow whose steps nobody else can start, and whose log holds no data."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    is_token,
    known_seconds,
    pseudo,
    refusal,
    refuse_decided,
    remembered,
    resource_of,
    service_principal,
    stack_of,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.constructs._vended_logs import place_of, service_log_group
from secure_constructs.constructs.function import invoked
from secure_constructs.constructs.key import SecureKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Never

    from aws_cdk import aws_kms as kms
    from constructs import Construct

    from secure_constructs.constructs.function import SecureFunction

ReadOperation: TypeAlias = Literal["DescribeExecution", "GetExecutionHistory", "ListExecutions"]
_READ: Final[tuple[ReadOperation, ...]] = (
    "DescribeExecution",
    "GetExecutionHistory",
    "ListExecutions",
)
RespondOperation: TypeAlias = Literal["SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess"]
_RESPOND: Final[tuple[RespondOperation, ...]] = (
    "SendTaskFailure",
    "SendTaskHeartbeat",
    "SendTaskSuccess",
)

_DECIDED: Final = {
    "definition": Decision(
        because="the CDK has deprecated it",
        instead="pass definition_body=DefinitionBody.from_chainable(...)",
    ),
    "encryption_configuration": Decision(
        because="inputs and outputs of every step are always encrypted with a key",
        instead="pass encryption_key for a key of your own",
    ),
    "logs": Decision(
        because="the log holds every error, and none of the data",
        instead="set log_retention",
    ),
    "role": Decision(
        because="every state machine has a role of its own, which reaches only what its steps do",
        instead="grant to the state machine",
    ),
    "tracing_enabled": Decision(
        because="without traces nobody can follow an attack through the app",
    ),
}

# An express execution ends after five minutes, a standard one after a year:
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html
_MOST_SECONDS: Final = {
    sfn.StateMachineType.EXPRESS: 5 * 60,
    sfn.StateMachineType.STANDARD: 365 * 24 * 60 * 60,
}

_DELIVERY: Final = "delivery.logs.amazonaws.com"


class SecureStateMachine(sfn.StateMachine):
    """
    A state machine that alone starts its steps.

    List price: nothing by the month but 1 USD for the key that the stack shares; 25 USD for a
    million transitions, 1 USD for a million express executions and their duration, 5 USD for
    a million traces (us-east-1, 2026-11).

    - A function that is a step can be invoked by nothing else of the app: no API, queue,
      rule, URL or grant starts a step out of order. Step Functions invokes with the role of
      the machine, so a step needs no permission for a service.
    - Its role may do what its states say, for the functions it names without their versions;
      log delivery and X-Ray have no resources to name
      (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html). Only this machine
      can assume it: the trust names its ARN and account
      (https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html).
    - The definition, inputs and outputs are encrypted with a key that the role can use for
      this machine only
      (https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
    - Errors go to a log group of its own that stays when the stack is deleted, without the
      data that the execution carries.
    - An execution ends by its timeout at the latest.

    The role is ``<id>Role`` and the log group ``<id>LogGroup``, both beside the machine.

    Attributes:
        log_group: Where errors are logged.

    Args:
        scope: Where the state machine is defined.
        id: Its id there; part of the logical id.
        definition_body: Its states, ``DefinitionBody.from_chainable(...)``: what its role may
            do and which functions are its steps follow from them. ``CustomState`` takes
            what the CDK has no class for.
        timeout: How long an execution may take: at most 5 minutes for an express one.
        comment: What it does.
            Default: none.
        definition_substitutions: Texts to put in the place of names in the definition.
            Default: none.
        encryption_key: The key that encrypts it and its log group; its policy is extended
            to admit CloudWatch Logs and log delivery.
            Default: the key that the stack shares.
        log_retention: How long the log is kept.
            Default: 90 days.
        permissions_boundary: The most its role can ever be given.
            Default: the one that applies to its scope, if any.
        query_language: JSONata or JSONPath.
            Default: JSONPath, as for a plain state machine.
        removal_policy: What becomes of it with the stack.
            Default: it is deleted.
        state_machine_name: Its name.
            Default: its id, a mark of its place and a mark of the stack.
        state_machine_type: Standard or express.
            Default: standard.

    Raises:
        ConstructError: A prop would undo one of these, or something else invokes a step.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        definition_body: sfn.DefinitionBody,
        timeout: cdk.Duration,
        comment: str | None = None,
        definition_substitutions: Mapping[str, str] | None = None,
        encryption_key: kms.IKey | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        permissions_boundary: iam.IManagedPolicy | None = None,
        query_language: sfn.QueryLanguage | None = None,
        removal_policy: cdk.RemovalPolicy | None = None,
        state_machine_name: str | None = None,
        state_machine_type: sfn.StateMachineType = sfn.StateMachineType.STANDARD,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureStateMachine, scope, id, decided, _DECIDED)
        _check_definition(scope, id, definition_body)
        _check_timeout(scope, id, timeout, state_machine_type)
        key = encryption_key or SecureKey.of(scope)
        name = state_machine_name or unique_name(scope, id, longest=58, of=state_machine_type.name)
        arn = f"{place_of('states')}:stateMachine:{name}"
        role = iam.Role(
            scope,
            f"{id}Role",
            assumed_by=_only_for(arn),
            permissions_boundary=permissions_boundary,
        )
        for statement in _key_use(key, arn):
            role.add_to_policy(statement)
        log_group = service_log_group(
            scope,
            f"{id}LogGroup",
            key=key,
            name=name,
            retention=log_retention,
            service="states",
        )
        super().__init__(
            scope,
            id,
            comment=comment,
            definition_body=definition_body,
            definition_substitutions=definition_substitutions,
            logs=sfn.LogOptions(
                destination=log_group, include_execution_data=False, level=sfn.LogLevel.ERROR
            ),
            query_language=query_language,
            removal_policy=removal_policy,
            role=role,
            state_machine_name=name,
            state_machine_type=state_machine_type,
            timeout=timeout,
            tracing_enabled=True,
        )
        self.log_group: Final[logs.ILogGroup] = log_group
        self._key = key
        self._name = name
        self._stack = stack_of(scope)
        self._type = state_machine_type
        # The CDK's own way lets log delivery decrypt for any account.
        resource: sfn.CfnStateMachine = resource_of(self)
        resource.encryption_configuration = sfn.CfnStateMachine.EncryptionConfigurationProperty(
            kms_key_id=remembered(key, "arn", lambda: key.key_arn), type="CUSTOMER_MANAGED_KMS_KEY"
        )
        for step in self._steps(role):
            step.accept_only(self)
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            reason="Log delivery and X-Ray have no resources a policy could name.",
            scope=scope,
        )
        acknowledge(
            self,
            "AwsSolutions-SF1",
            reason="Errors are logged; ALL would log every step of every execution.",
            scope=scope,
        )

    @cached_property
    def grants(self) -> SecureStateMachineGrants:  # type: ignore[override]
        """
        Exact grants on the state machine.
        """
        return SecureStateMachineGrants(self, key=self._key, stack=self._stack, name=self._name)

    @property
    def express(self) -> bool:
        """
        Whether its executions are express ones.
        """
        return self._type == sfn.StateMachineType.EXPRESS

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal see how executions went: ``grants.read``.

        Args:
            grantee: Who may.
        """
        return self.grants.read(grantee)

    @PythonOnly
    def grant_redrive_execution(self, identity: iam.IGrantable) -> iam.Grant:
        """
        Let a principal go on with an execution that failed: ``grants.redrive_execution``.

        Args:
            identity: Who may.
        """
        return self.grants.redrive_execution(identity)

    def _steps(self, role: iam.Role) -> Iterator[SecureFunction]:
        # One question to the kernel, however many states there are. ARNs are compared as
        # tokens: resolved ones are the same for two stacks built alike.
        functions = invoked(self._stack)
        policy = role.node.try_find_child("DefaultPolicy")
        if not functions or not isinstance(policy, iam.Policy):
            return
        targets = {
            target
            for statement in policy.document.to_json()["Statement"]
            if "lambda:InvokeFunction" in _as_list(statement["Action"])
            for target in _as_list(statement["Resource"])
        }
        for arn in targets & functions.keys():
            yield functions[arn]


class SecureStateMachineGrants(sfn.StateMachineGrants):
    """
    Exact grants on a state machine, and on its key through Step Functions only.

    Args:
        machine: The state machine they are about.
        key: Its key.
        name: Its name.
        stack: Its stack.
    """

    def __init__(
        self, machine: SecureStateMachine, *, key: kms.IKey, name: str, stack: cdk.Stack
    ) -> None:
        self._machine = machine
        self._key = key
        self._executions = f"{place_of('states')}:execution:{name}:*"
        self._stack = stack
        # The CDK offers no constructor; the object it makes is made ours.
        stock = sfn.StateMachineGrants.from_state_machine(machine)
        self.__jsii_ref__ = stock.__jsii_ref__  # type: ignore[attr-defined]

    def start_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal start an execution: ``states:StartExecution``.

        Args:
            grantee: Who may start.
        """
        return self._on_machine(grantee, "states:StartExecution")

    def start_sync_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal start an express execution and wait for what it gives back.

        Args:
            grantee: Who may start.

        Raises:
            ConstructError: Executions are standard ones.
        """
        if not self._machine.express:
            raise refusal(
                SecureStateMachine,
                self._machine,
                "",
                "start_sync_execution",
                because="only express executions can be waited for",
                instead="call start_execution",
            )
        self._use_key(grantee)
        return self._on_machine(grantee, "states:StartSyncExecution")

    def read(self, grantee: iam.IGrantable, *operations: ReadOperation) -> iam.Grant:
        """
        Let a principal see how executions went, with what they carried.

        Args:
            grantee: Who may.
            operations: Which operations, such as ``DescribeExecution``.
                Default: ``DescribeExecution``, ``GetExecutionHistory`` and ``ListExecutions``.
        """
        asked = operations or _READ
        of_executions = [f"states:{each}" for each in asked if each != "ListExecutions"]
        grants = []
        if of_executions:
            self._use_key(grantee)
        if "ListExecutions" in asked:
            grants.append(self._on_machine(grantee, "states:ListExecutions"))
        if of_executions:
            grants.append(self._on_executions(grantee, *of_executions))
        return grants[-1]

    def task_response(self, grantee: iam.IGrantable, *operations: RespondOperation) -> iam.Grant:
        """
        Let a principal answer for a step that waits, by the token the step was given.

        Args:
            grantee: Who may.
            operations: Which operations, such as ``SendTaskSuccess``.
                Default: ``SendTaskFailure``, ``SendTaskHeartbeat`` and ``SendTaskSuccess``.
        """
        return self._on_machine(grantee, *(f"states:{each}" for each in operations or _RESPOND))

    def redrive_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal go on with an execution that failed: ``states:RedriveExecution``.

        The CDK's own grant names the machine, while the service asks for the execution.
        https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html

        Args:
            grantee: Who may.
        """
        return self._on_executions(grantee, "states:RedriveExecution")

    def stop_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal stop an execution: ``states:StopExecution``.

        Args:
            grantee: Who may stop.
        """
        return self._on_executions(grantee, "states:StopExecution")

    def _on_machine(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[self._machine.state_machine_arn]
        )

    def _on_executions(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        principal = grantee.grant_principal
        if isinstance(principal, iam.Role):
            shown = _as_nag_shows(self._stack.resolve(self._executions))
            acknowledge(
                principal,
                f"AwsSolutions-IAM5[Resource::{shown}]",
                reason="Executions have names of their own; the grant says whose they are.",
                scope=self._stack,
            )
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[self._executions]
        )

    def _use_key(self, grantee: iam.IGrantable) -> None:
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["kms:Decrypt"],
            resource_arns=[self._key.key_arn],
            conditions={
                "StringEquals": {"kms:ViaService": f"states.{pseudo('REGION')}.amazonaws.com"}
            },
        )


def _only_for(arn: str) -> iam.ServicePrincipal:
    return iam.ServicePrincipal(
        "states.amazonaws.com",
        conditions={
            "ArnEquals": {"aws:SourceArn": arn},
            "StringEquals": {"aws:SourceAccount": pseudo("ACCOUNT_ID")},
        },
    )


def _key_use(key: kms.IKey, arn: str) -> Iterator[iam.PolicyStatement]:
    # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    delivered = {"StringEquals": {"kms:EncryptionContext:SourceArn": f"{place_of('logs')}:*"}}
    remembered(key, "log delivery", lambda: _admit_delivery(key, delivered))
    key_arn = remembered(key, "arn", lambda: key.key_arn)
    yield iam.PolicyStatement(
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=[key_arn],
        conditions={"StringEquals": {"kms:EncryptionContext:aws:states:stateMachineArn": arn}},
    )
    yield iam.PolicyStatement(
        actions=["kms:GenerateDataKey"], resources=[key_arn], conditions=delivered
    )


def _admit_delivery(key: kms.IKey, delivered: Mapping[str, Any]) -> iam.AddToResourcePolicyResult:
    return key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:Decrypt"],
            principals=[service_principal(_DELIVERY)],
            resources=["*"],
            conditions=delivered,
        ),
        True,  # noqa: FBT003 - positional in the CDK: a foreign key is left as it is
    )


def _as_nag_shows(arn: Mapping[str, Any]) -> str:
    return "".join(
        part
        if isinstance(part, str)
        else f"<{part['Ref']}>"
        if "Ref" in part
        else json.dumps(part, separators=(",", ":"))
        for part in arn["Fn::Join"][1]
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check_definition(scope: Construct, id: str, definition: object) -> None:
    if not isinstance(definition, sfn.ChainDefinitionBody):
        raise refusal(
            SecureStateMachine,
            scope,
            id,
            "definition_body",
            definition,
            because="only of states can it tell which functions are steps and what they need",
            instead="pass DefinitionBody.from_chainable(...), with CustomState for what the CDK "
            "has no class for",
        )


def _check_timeout(
    scope: Construct, id: str, timeout: object, machine_type: sfn.StateMachineType
) -> None:
    if not isinstance(timeout, cdk.Duration):
        raise refusal(
            SecureStateMachine,
            scope,
            id,
            "timeout",
            timeout,
            because="an execution that never ends holds its place, and its callers, forever",
            instead="pass a Duration, such as Duration.minutes(5)",
        )
    length, most = known_seconds(timeout), _MOST_SECONDS[machine_type]
    if length is not None and not is_token(length) and not 1 <= length <= most:
        raise refusal(
            SecureStateMachine,
            scope,
            id,
            "timeout",
            length,
            because=f"an execution of this type takes from 1 to {most} seconds",
            instead="pass a Duration in that range",
        )
