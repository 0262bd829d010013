"""Which web ACL stands before which stage."""

from __future__ import annotations

from typing import Any, Final

from secure_constructs.template import (
    UNRESOLVED,
    Attribute,
    Resource,
    Template,
    Text,
    Undecided,
)

ASSOCIATIONS: Final = ("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")


def has_web_acl(stage: Resource, api: Resource | None, template: Template) -> bool:
    """
    Say whether some association, in any of the templates, names the stage.

    Its ARN is built of the identifier of the API and the name of the stage,
    so both ``Ref`` of the stage and its literal name count.

    Raises:
        Undecided: An association names something that is not known.
    """
    name, number = stage.get("StageName"), stage.get("RestApiId")
    unknown = ""
    for association in template.everywhere(*ASSOCIATIONS):
        arn = association.get("ResourceArn")
        if arn is UNRESOLVED or (isinstance(arn, Text) and not arn.known):
            unknown = association.logical_id
        elif isinstance(arn, Text) and stage in arn.resources:
            return True
        elif isinstance(arn, str) and _last_of(arn) == name:
            if isinstance(arn, Text) and api is not None and api in arn.resources:
                return True
            if isinstance(number, str) and number in arn.split("/"):
                return True
    if unknown:
        raise Undecided(f"{unknown}.ResourceArn")
    return False


def _last_of(arn: str) -> Any:
    """
    Give the name of the stage in an ARN, also where another resource provides it.
    """
    if isinstance(arn, Text) and isinstance(arn.parts[-1], Attribute):
        return arn.parts[-1].resource.get("StageName")
    return arn.rpartition("/")[2]


def is_protected(resource: Resource, template: Template) -> bool:
    """
    Say whether some association, in any of the templates, names the resource itself.

    Raises:
        Undecided: An association names something that is not known.
    """
    unknown = ""
    for association in template.everywhere(*ASSOCIATIONS):
        arn = association.get("ResourceArn")
        if arn is UNRESOLVED:
            unknown = association.logical_id
        elif template.find(arn, resource.type) == resource:
            return True
    if unknown:
        raise Undecided(f"{unknown}.ResourceArn")
    return False
