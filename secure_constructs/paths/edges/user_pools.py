"""User pools: sign-up and sign-in, and the functions that run meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import INTERNET, Edge, Flow, Guard, node_of
from secure_constructs.paths.partial import answer_to
from secure_constructs.paths.targets import target_of
from secure_constructs.paths.web_acls import USER_POOL, web_acl_before
from secure_constructs.template import Block, Resource, Template

TYPES: Final = (USER_POOL,)

# Triggers that a stranger sets off, whoever may sign up.
# https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
_FOR_STRANGERS: Final = frozenset(
    {
        "CreateAuthChallenge",
        "CustomMessage",
        "DefineAuthChallenge",
        "PreAuthentication",
        "UserMigration",
        "VerifyAuthChallengeResponse",
    }
)


def edges(pool: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who signs in at a pool, and the functions that see what they send.

    Where anyone may sign up, nobody is kept out.
    """
    triggers = pool.block("LambdaConfig")
    if not triggers:
        return
    node = node_of(pool)
    closed = answer_to(lambda: pool.flag("AdminCreateUserConfig.AllowAdminCreateUserOnly"))
    asks = closed is Answer.YES and not _FOR_STRANGERS.intersection(triggers)
    yield Edge(
        source=INTERNET,
        target=node,
        flow=Flow.REQUEST,
        label="sign-in" if closed is Answer.YES else "sign-up",
        via=pool,
        place="AdminCreateUserConfig.AllowAdminCreateUserOnly",
        guard=Guard.AUTHORIZER if asks else Guard.NONE,
        waf=web_acl_before(pool),
    )
    for name, place in _arns(triggers):
        function = target_of(triggers.get(place), template, "AWS::Lambda::Function")
        if function is not None:
            yield Edge(
                source=node,
                target=function,
                flow=Flow.HANDOVER,
                label=name,
                via=pool,
                place=triggers.at(place),
            )


def _arns(triggers: Block) -> Iterator[tuple[str, str]]:
    """
    Give the name of each trigger, and where its function stands; one may be written twice.
    """
    seen: set[str] = set()
    for key in triggers:
        if key == "KMSKeyID":
            continue
        place = f"{key}.LambdaArn" if isinstance(triggers.get(key), dict) else key
        arn = str(triggers.get(place))
        if arn not in seen or not key.startswith("PreTokenGeneration"):
            seen.add(arn)
            yield key.removesuffix("Config"), place
