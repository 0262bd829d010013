"""
The handler of a CloudFormation Lambda Hook: the same rules, where a stack is deployed.

It judges the template of every stack and change set, whoever wrote it and with what, and
refuses what gates. It fails closed: whatever goes wrong on the way, the answer is a failure.

What it is sent, by the same page for stacks and for change sets: ``requestData.targetType`` says
which of the two, ``requestData.payload`` is a presigned URL of S3, and what is there is an object
whose ``template`` is the text of the template, in JSON or YAML. A change set brings no
``previousTemplate``, but a list ``changedResources``; the whole template is judged in both cases.
https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html

It needs the standard library and, for templates in YAML, PyYAML. The construct `GuardrailHook`
packages and deploys it. Waivers and the gate are read from a ``secure-constructs.toml`` beside it.

What it does not know: parameters (their defaults are judged), the code of functions, other
stacks, and acknowledgments, which stand in no template; accept a finding by a waiver.
"""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import urlopen

from secure_constructs.assessment import Assessment, assess
from secure_constructs.config import FILE, Config, read_config
from secure_constructs.errors import SecureConstructsError
from secure_constructs.findings import Finding
from secure_constructs.template import Template
from secure_constructs.template.files import LARGEST, read_body

_TARGETS: Final = frozenset({"CHANGE_SET", "STACK"})
# What presigned URLs of Amazon S3 start with: path and bucket style, in any Region.
# https://docs.aws.amazon.com/general/latest/gr/s3.html
_HOST: Final = re.compile(
    r"(?:.+\.)?s3(?:-fips|-accelerate)?(?:\.dualstack)?(?:[.-][a-z]{2,4}(?:-[a-z]+)+-\d+)?"
    r"\.amazonaws\.(?:com|com\.cn|eu)"
)
_DOWNLOAD_SECONDS: Final = 10
# Two templates, each as text within JSON, where every character may be escaped.
_MOST_BYTES: Final = 4 * LARGEST
# What CloudFormation cuts off a message at.
_LONGEST_MESSAGE: Final = 4096
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html says how
# long they may be, and nothing of how many; the message says how many findings there are.
_LONGEST_NOTE: Final = 16_384
_MOST_NOTES: Final = 50
_SUCCESS: Final = "SUCCESS"
_FAILED: Final = "FAILED"

_log = logging.getLogger(__name__)


class HookError(SecureConstructsError):
    """
    What was asked cannot be judged.
    """


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's
    """
    Judge what CloudFormation is about to deploy.

    Args:
        event: The request of the hook: a stack or a change set that is created or updated.
        context: What Lambda says about the invocation; not used.

    Returns:
        ``SUCCESS``, or ``FAILED`` with the findings, or with what went wrong. The first findings
        stand in the annotations as well, each with its fix and severity.
    """
    try:
        # The documentation has it in the example of a change set, and not in its syntax.
        if str(event.get("actionInvocationPoint")).startswith("DELETE"):
            return _answer(event, _SUCCESS, "What is deleted is not judged.")
        assessment = assess([_template(event["requestData"])], config=_config())
    except SecureConstructsError as error:
        return _answer(event, _FAILED, f"Not judged, so refused: {error}", "InternalFailure")
    except Exception:  # noqa: BLE001 - whatever it is, nothing counts as safe because of it
        _log.exception("the request could not be judged")
        return _answer(event, _FAILED, "Not judged, so refused: see the log.", "InternalFailure")
    if assessment.defects:
        for defect in assessment.defects:
            _log.error("%s at %s: %s", defect.rule_id, defect.logical_id, defect.trace)
        return _answer(event, _FAILED, "A rule failed, so refused: see the log.", "InternalFailure")
    if assessment.refused:
        said = _said(assessment)
        notes = [_note(finding) for finding in assessment.gating[:_MOST_NOTES]]
        return _answer(event, _FAILED, said, "NonCompliant") | {"annotations": notes}
    judged = f"{assessment.resources} resource{'s' if assessment.resources != 1 else ''} judged"
    return _answer(event, _SUCCESS, f"{judged}, none refused.")


def _answer(
    event: object, status: str, message: str, error_code: str | None = None
) -> dict[str, Any]:
    answer = {
        "hookStatus": status,
        "message": message[:_LONGEST_MESSAGE],
        "clientRequestToken": _token(event),
    }
    return answer if error_code is None else {**answer, "errorCode": error_code}


def _token(event: object) -> str | None:
    # The documentation spells it in both ways.
    given = event if isinstance(event, Mapping) else {}
    token: str | None = given.get("clientRequestToken", given.get("clientRequesttoken"))
    return token


def _note(finding: Finding) -> dict[str, str]:
    note = {
        "annotationName": finding.rule_id,
        "status": _FAILED,
        "statusMessage": f"{finding.logical_id}: {finding.message}"[:_LONGEST_NOTE],
        "remediationMessage": finding.fix[:_LONGEST_NOTE],
        "severityLevel": finding.severity.upper(),
    }
    return {**note, "remediationLink": finding.references[0]} if finding.references else note


def _template(request: Mapping[str, Any]) -> Template:
    target = request["targetType"]
    if target not in _TARGETS:
        raise HookError(f"the hook judges stacks and change sets, not {target}")
    template = _payload(request["payload"])["template"]
    text = template if isinstance(template, str) else json.dumps(template)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template")
        file.write_text(text, encoding="utf-8")
        body = read_body(file)
    return Template(body)


def _payload(url: str) -> Mapping[str, Any]:
    _check(url)
    with urlopen(url, timeout=_DOWNLOAD_SECONDS) as answer:  # noqa: S310 - checked above
        content = answer.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise HookError("the template is larger than CloudFormation takes")
    payload: Mapping[str, Any] = json.loads(content)
    return payload


def _check(url: str) -> None:
    # Set where S3 is not AWS's, as in tests; the SDKs of AWS read the same variable.
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
    if endpoint:
        if not url.startswith(f"{endpoint}/"):
            raise HookError("the payload is not where templates are kept")
        return
    parts = urlsplit(url)
    if parts.scheme != "https" or not _HOST.fullmatch(parts.hostname or ""):
        raise HookError("the payload is not in Amazon S3")


def _config() -> Config:
    file = Path(os.environ.get("LAMBDA_TASK_ROOT", "."), FILE)
    return read_config(file) if file.exists() else Config()


def _said(assessment: Assessment) -> str:
    gating = assessment.gating
    said = [f"{len(gating)} finding{'s' if len(gating) > 1 else ''} refused."]
    for finding in gating:
        line = (
            f"{finding.severity} {finding.rule_id} at {finding.logical_id}: "
            f"{finding.message}; fix: {finding.fix}"
        )
        if len("\n".join((*said, line))) > _LONGEST_MESSAGE - len("\n(and 999 more)"):
            said.append(f"(and {len(gating) - len(said) + 1} more)")
            break
        said.append(line)
    return "\n".join(said)
