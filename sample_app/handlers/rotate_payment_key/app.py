"""
Replaces the key to the payment provider's API, in the four steps of Secrets Manager.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-lambda-functions.html
"""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import boto3
from aws_lambda_powertools import Logger
from pydantic import BaseModel, ConfigDict, Field

from ..orders.provider import PaymentProvider

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
secrets = boto3.client("secretsmanager")

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


class Step(StrEnum):
    """A step of a rotation."""

    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


class Rotation(BaseModel):
    """What Secrets Manager asks for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    secret: Annotated[str, Field(alias="SecretId", pattern=r"^arn:aws[a-z-]*:secretsmanager:")]
    version: Annotated[str, Field(alias="ClientRequestToken", pattern=r"^[A-Za-z0-9-]{32,64}$")]
    step: Annotated[Step, Field(alias="Step")]


class RotationError(Exception):
    """The rotation cannot go on."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Take one step of a rotation."""
    rotation = Rotation.model_validate(event)
    stages = _stages_of(rotation)
    if CURRENT in stages:
        logger.info("already rotated", step=rotation.step)
        return
    if PENDING not in stages:
        message = "this version is not pending"
        raise RotationError(message)
    match rotation.step:
        case Step.CREATE:
            _create(rotation)
        case Step.SET:
            # The provider knows the key already: it has issued it.
            pass
        case Step.TEST:
            _test(rotation)
        case Step.FINISH:
            _finish(rotation)
    logger.info("step taken", step=rotation.step, request_id=context.aws_request_id)


def _stages_of(rotation: Rotation) -> list[str]:
    secret = secrets.describe_secret(SecretId=rotation.secret)
    stages: list[str] = secret["VersionIdsToStages"].get(rotation.version, [])
    return stages


def _value(rotation: Rotation, stage: str) -> str:
    version = {"VersionId": rotation.version} if stage == PENDING else {}
    answer = secrets.get_secret_value(SecretId=rotation.secret, VersionStage=stage, **version)
    value: str = answer["SecretString"]
    return value


def _provider(key: str) -> PaymentProvider:
    return PaymentProvider(os.environ["PAYMENT_API_HOST"], api_key=lambda: key)


def _create(rotation: Rotation) -> None:
    try:
        _value(rotation, PENDING)
    except secrets.exceptions.ResourceNotFoundException:
        issued = _provider(_value(rotation, CURRENT)).issue_key(request_id=rotation.version)
        secrets.put_secret_value(
            SecretId=rotation.secret,
            ClientRequestToken=rotation.version,
            SecretString=issued,
            VersionStages=[PENDING],
        )


def _test(rotation: Rotation) -> None:
    if not _provider(_value(rotation, PENDING)).accepts_key():
        message = "the provider does not accept the new key"
        raise RotationError(message)


def _finish(rotation: Rotation) -> None:
    versions = secrets.describe_secret(SecretId=rotation.secret)["VersionIdsToStages"]
    current = next((version for version, stages in versions.items() if CURRENT in stages), None)
    secrets.update_secret_version_stage(
        SecretId=rotation.secret,
        VersionStage=CURRENT,
        MoveToVersionId=rotation.version,
        RemoveFromVersionId=current,
    )
