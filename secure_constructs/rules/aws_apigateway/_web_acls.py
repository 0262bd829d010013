"""Which web ACL stands before which stage."""

from __future__ import annotations

from secure_constructs.template import UNRESOLVED, Resource, Template, Text, Undecided

ASSOCIATIONS = ("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")


def has_web_acl(stage: Resource, api: Resource | None, template: Template) -> bool:
    """
    Say whether some association, in any of the templates, names the stage.

    Its ARN is built of the identifier of the API and the name of the stage,
    so both ``Ref`` of the stage and its literal name count.

    Raises:
        Undecided: An association names something that is not known.
    """
    name = stage.get("StageName")
    number = stage.get("RestApiId")
    unknown = ""
    for association in template.everywhere(*ASSOCIATIONS):
        arn = association.get("ResourceArn")
        if arn is UNRESOLVED or (isinstance(arn, Text) and not arn.known):
            unknown = association.logical_id
        elif isinstance(arn, Text) and stage in arn.resources:
            return True
        elif isinstance(arn, str):
            head, slash, tail = arn.partition("/stages/")
            same_api = (isinstance(arn, Text) and api is not None and api in arn.resources) or (
                isinstance(number, str) and head.endswith(f"/restapis/{number}")
            )
            if slash and same_api and tail == name:
                return True
    if unknown:
        raise Undecided(f"{unknown}.ResourceArn")
    return False


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
