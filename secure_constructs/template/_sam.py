"""
SAM templates, translated by AWS's own translator, offline.

The translator wants an account: a region, the code in S3, the applications of a repository.
What a template on disk does not have is filled in with names that no rule reads as a fault.
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from secure_constructs.errors import Problem

_REGION: Final = "us-east-1"  # the partition depends on it, and nothing else that we keep
_BUCKET: Final = "packaged-by-sam"
_IMAGE: Final = "packaged-by-sam"
_TEMPLATE: Final = f"https://{_BUCKET}.s3.amazonaws.com/template"
# What the translator takes for a value that CloudFormation fills in later, and leaves alone.
_LATER: Final = "{{IntrinsicFunction:later}}"
_RESOURCE: Final = re.compile(r"^Resource with id \[(?P<id>[^\]]*)\] is invalid\. *")

# Type -> the property that names a local file or folder until `sam package` has run.
_LOCAL: Final = {
    "AWS::Serverless::Api": "DefinitionUri",
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


# What it logs is meant for those who run it as a service; without a handler Python prints it.
logging.getLogger("samtranslator").addHandler(logging.NullHandler())


class _Session:
    """
    Stands for the AWS session that the translator asks for its region.
    """

    def __init__(self, region: str) -> None:
        self.region_name = region


def translated(
    body: Mapping[str, Any], region: str = ""
) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """
    Translate a SAM template to CloudFormation.

    Args:
        body: The template, which is left as it is.
        region: Where it is deployed, if that is known.

    Returns:
        The translation, and what kept the translator from it;
        with any problem the template is returned as it was.
    """
    try:
        refused: tuple[Problem, ...] = ()
        for parameters in (_kept_open(body), _named(body)):
            try:
                return _result(body, parameters, region or _REGION), ()
            except InvalidDocumentException as refusal:
                refused = refused or tuple(_problem(cause) for cause in refusal.causes)
    except Exception as error:  # noqa: BLE001 - it fails in many ways on templates it does not expect
        message = f"the SAM translator fails: {type(error).__name__}: {error}"
        return body, (Problem(place="", message=message, fix="run sam validate --lint"),)
    return body, refused


def _result(
    body: Mapping[str, Any], parameters: Mapping[str, str], region: str
) -> Mapping[str, Any]:
    template = copy.deepcopy(dict(body))
    _pack(template)
    translator = Translator({}, Parser(), boto_session=_Session(region))
    try:
        result: Mapping[str, Any] = translator.translate(
            template, parameter_values=dict(parameters), get_managed_policy_map=dict
        )
    finally:
        translator.metrics.publish()  # to nobody; it complains about what is left
    return result


def _problem(cause: ExceptionWithMessage) -> Problem:
    found = _RESOURCE.match(cause.message)
    return Problem(
        place=f"Resources.{found['id']}" if found else "",
        message=f"SAM refuses it: {_RESOURCE.sub('', cause.message)}",
        fix="mend it as sam validate says",
    )


def _kept_open(body: Mapping[str, Any]) -> dict[str, str]:
    """
    Keep the translator from filling in what is only known at deployment.
    """
    later = {"AWS::Region": _LATER, "AWS::Partition": _LATER}
    for name, declared in _parameters(body):
        kind = declared.get("Type")
        if isinstance(kind, str) and kind.startswith("AWS::SSM::Parameter::"):
            later[name] = _LATER
    return later


def _named(body: Mapping[str, Any]) -> dict[str, str]:
    """
    Give parameters without a default their name as value.

    The translator makes logical ids of some, of AutoPublishAlias for one, and cannot go on
    without a value.
    """
    unknown = {name: name for name, declared in _parameters(body) if "Default" not in declared}
    return {**_kept_open(body), **unknown}


def _parameters(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    parameters = body.get("Parameters")
    for name, declared in (parameters if isinstance(parameters, dict) else {}).items():
        if isinstance(name, str) and isinstance(declared, dict):
            yield name, declared


def _pack(template: dict[str, Any]) -> None:
    """
    Name S3 objects where `sam package` would have put them.
    """
    shared = template.get("Globals")
    functions = shared.get("Function") if isinstance(shared, dict) else None
    common = functions if isinstance(functions, dict) else {}
    common.pop("CodeUri", None)
    for logical_id, resource in template["Resources"].items():
        properties = resource.setdefault("Properties", {})
        if not isinstance(properties, dict):
            properties = resource["Properties"] = {}
        kind = resource.get("Type")
        if kind == "AWS::Serverless::Application":
            properties["Location"] = _TEMPLATE
        elif kind == "AWS::Serverless::GraphQLApi":
            _pack_schema(properties)
        elif kind == "AWS::Serverless::Function":
            _pack_function(logical_id, properties, common)
        elif _is_local(properties.get(_LOCAL.get(kind, ""))):
            properties[_LOCAL[kind]] = {"Bucket": _BUCKET, "Key": logical_id}


def _pack_function(logical_id: str, properties: dict[str, Any], common: Mapping[str, Any]) -> None:
    image = properties.get("PackageType", common.get("PackageType")) == "Image"
    if image:
        properties.pop("CodeUri", None)
        if "ImageUri" not in {**common, **properties}:
            properties["ImageUri"] = _IMAGE
    elif "InlineCode" not in properties and not _is_packed(properties.get("CodeUri")):
        properties["CodeUri"] = {"Bucket": _BUCKET, "Key": logical_id}


def _pack_schema(properties: dict[str, Any]) -> None:
    if _is_local(properties.get("SchemaUri")):
        properties["SchemaUri"] = f"s3://{_BUCKET}/schema"
    if _is_local(properties.get("CodeUri")):
        properties["CodeUri"] = f"s3://{_BUCKET}/code"


def _is_packed(uri: Any) -> bool:
    return isinstance(uri, dict) or (isinstance(uri, str) and uri.startswith("s3://"))


def _is_local(uri: Any) -> bool:
    return isinstance(uri, str) and not uri.startswith("s3://")
