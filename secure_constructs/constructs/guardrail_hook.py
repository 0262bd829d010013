"""The guardrails where stacks are deployed, for those built without this library too."""

from __future__ import annotations

import importlib.util
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from secure_constructs.constructs._base import (
    check_number,
    check_reason,
    pseudo,
    refusal,
    seconds,
    settle,
)
from secure_constructs.constructs._shipped import shipped_runtime
from secure_constructs.constructs._vended_logs import place_of
from secure_constructs.constructs.function import SecureFunction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ALIAS: Final = re.compile(r"(?!(?i:aws))[A-Za-z0-9]{2,64}(?:::[A-Za-z0-9]{2,64}){2}")
# CloudFormation waits for 30 seconds.
_TIMEOUT_SECONDS: Final = 29
_PACKAGE: Final = Path(__file__).parent.parent
# What knows the CDK, runs in other functions, or speaks to people.
_LEFT_OUT: Final = frozenset({"cli", "constructs", "reports", "runtime"})
_CONFIG: Final = "secure-constructs.toml"
_ONE_DAY: Final = (1980, 1, 1, 0, 0, 0)


class GuardrailHook(Construct):
    """
    A CloudFormation Lambda Hook that judges every stack of an account by the rules.

    What a synth checks, whoever controls the pipeline can leave out. This judges where nobody
    can: CloudFormation asks it before it creates or updates a stack or makes a change set, in
    this account and Region, by whatever tool the template was written.
    https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks.html

    - Findings that gate are refused, with resource, message and fix. So is a template that
      cannot be judged, and one on which a rule fails: the hook fails closed.
    - CloudFormation acts with a role that may invoke the one function, and that it can assume
      for this hook of this account only. The function may write its log, and nothing else.
    - Its own stack is not judged: a hook that refuses everything could not be mended. Who may
      update that stack can turn the hook off, so give it to an account of the platform team.

    What it does not see: the values of parameters (their defaults are judged), the code of
    functions, other stacks, what is not deployed by CloudFormation, and acknowledgments, which
    stand in no template. Accept findings by waivers in ``config``. Begin with
    ``failure_mode="WARN"`` where stacks exist, and read what it says.

    List price: nothing by the month beside what it runs: CloudFormation charges no Hooks of this
    kind, the function about 0.02 USD for a thousand stacks (us-east-1, 2026-11).
    https://aws.amazon.com/cloudformation/pricing/

    Attributes:
        function: The function that judges.
        hook: The hook.
        role: The role with which CloudFormation invokes the function.

    Args:
        scope: Where the hook is defined.
        id: Its id there; part of the logical ids.
        alias: The name of the hook in the account and Region, in three parts.
        concurrency: How many stacks may be judged at a time; the account keeps that many
            instances for it.
        config: A ``secure-constructs.toml``: the gate, the rules and the waivers.
            Default: high and critical findings are refused.
        exclude_stacks: Other stacks that are not judged, by name; ``*`` stands for any
            characters. Each is a way round the guardrails.
            Default: none.
        exclude_reason: Why they are not judged, as a sentence for a reviewer.
        failure_mode: ``FAIL`` to refuse, ``WARN`` to say what would be refused.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        alias: str = "Private::Guardrails::Stacks",
        concurrency: int = 5,
        config: str | None = None,
        exclude_stacks: Sequence[str] = (),
        exclude_reason: str | None = None,
        failure_mode: Literal["FAIL", "WARN"] = "FAIL",
    ) -> None:
        _check(scope, id, alias, concurrency, failure_mode)
        _check_excluded(scope, id, exclude_stacks, exclude_reason)
        archive = handler_archive(_checked_config(scope, id, config))
        super().__init__(scope, id)
        settle(self, scope)
        self.function: Final = SecureFunction(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(archive)),
            description="Judges the templates of stacks before they are deployed",
            handler="secure_constructs.hook.handler",
            memory_size=1024,
            reserved_concurrent_executions=concurrency,
            runtime=shipped_runtime(),
            timeout=seconds(_TIMEOUT_SECONDS),
        )
        # With and without the version: AWS has examples of both, and an ARN that did not fit
        # would stop every deployment.
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/registry-public.html
        hook_arn = f"{place_of('cloudformation')}:type/hook/{alias.replace('::', '-')}"
        self.role: Final = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "hooks.cloudformation.amazonaws.com",
                conditions={
                    "ArnLike": {"aws:SourceArn": [hook_arn, f"{hook_arn}/*"]},
                    "StringEquals": {"aws:SourceAccount": pseudo("ACCOUNT_ID")},
                },
            ),
        )
        self.function.grant_invoke(self.role)
        self.hook: Final = cdk.CfnLambdaHook(
            self,
            "Resource",
            alias=alias,
            execution_role=self.role.role_arn,
            failure_mode=failure_mode,
            hook_status="ENABLED",
            lambda_function=self.function.function_arn,
            stack_filters=cdk.CfnLambdaHook.StackFiltersProperty(
                filtering_criteria="ANY",
                stack_names=cdk.CfnLambdaHook.StackNamesProperty(
                    exclude=[pseudo("STACK_NAME"), *exclude_stacks]
                ),
            ),
            target_operations=["STACK", "CHANGE_SET"],
        )
        # The CDK knows the other of the two forms only. What is deleted needs no judge.
        self.hook.add_property_override(
            "TargetFilters",
            {"Actions": ["CREATE", "UPDATE"], "InvocationPoints": ["PRE_PROVISION"]},
        )
        # CloudFormation may ask as soon as there is a hook.
        self.hook.node.add_dependency(self.role)


def handler_archive(config: Path | None) -> Path:
    """
    The package of the function: the engine, PyYAML, and the configuration.

    The same content gives the same archive, byte for byte. It is there as long as the process
    lives; the CDK takes a copy.

    Args:
        config: The configuration, if there is one.
    """
    return _archive(None if config is None else config.read_bytes())


@cache
def _archive(config: bytes | None) -> Path:
    archive = Path(tempfile.mkdtemp(dir=_temporary().name), "guardrails.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in sorted(_files(config)):
            # Of one day, since Lambda has no use for another.
            entry = zipfile.ZipInfo(name, date_time=_ONE_DAY)
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return archive


def _files(config: bytes | None) -> Iterator[tuple[str, bytes]]:
    for file in _PACKAGE.rglob("*"):
        place = file.relative_to(_PACKAGE)
        if file.suffix != ".pyc" and file.is_file() and place.parts[0] not in _LEFT_OUT:
            yield str(PurePosixPath(_PACKAGE.name, *place.parts)), file.read_bytes()
    spec = importlib.util.find_spec("yaml")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("PyYAML is not installed, and the hook needs it")
    # Without its extension, which is built for this machine, it reads the same, more slowly.
    for file in Path(spec.origin).parent.glob("*.py"):
        yield f"yaml/{file.name}", file.read_bytes()
    if config is not None:
        yield _CONFIG, config


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="guardrail-hook-")


def _check(
    scope: Construct, id: str, alias: object, concurrency: object, failure_mode: object
) -> None:
    if not isinstance(alias, str) or not _ALIAS.fullmatch(alias):
        raise refusal(
            GuardrailHook, scope, id, "alias", alias,
            because="a hook has a name of three parts that does not begin with AWS",
            instead="pass one such as Private::Guardrails::Stacks",
        )  # fmt: skip
    check_number(
        GuardrailHook, scope, id, "concurrency", concurrency,
        least=1, most=1000, unit="stacks",
    )  # fmt: skip
    if failure_mode not in {"FAIL", "WARN"}:
        raise refusal(
            GuardrailHook, scope, id, "failure_mode", failure_mode,
            because="CloudFormation knows FAIL and WARN",
            instead="pass one of them",
        )  # fmt: skip


def _check_excluded(scope: Construct, id: str, stacks: Sequence[str], reason: str | None) -> None:
    if isinstance(stacks, str) or any(not stack.strip("*") for stack in stacks):
        raise refusal(
            GuardrailHook, scope, id, "exclude_stacks", str(stacks),
            because="no stack would be judged",
            instead="name the stacks in a list",
        )  # fmt: skip
    if stacks:
        check_reason(
            GuardrailHook, scope, id, "exclude_reason", reason,
            gives_up="whoever may name a stack so can deploy anything",
        )  # fmt: skip
    elif reason is not None:
        raise refusal(
            GuardrailHook, scope, id, "exclude_reason", reason,
            because="no stack is excluded",
        )  # fmt: skip


def _checked_config(scope: Construct, id: str, config: str | None) -> Path | None:
    if config is None:
        return None
    file = Path(config)
    if file.name != _CONFIG or not file.is_file():
        raise refusal(
            GuardrailHook, scope, id, "config", config,
            because=f"it is no file {_CONFIG}",
            instead="pass the path of one",
        )  # fmt: skip
    return file
