"""Integrations that hand the errors of a function to the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Block, Resource, Template

_WHOLE: Final = re.compile(r"\$input\.(?:body\b|json\(\s*['\"]\$['\"]\s*\))|stackTrace|\.cause\b")
_FUNCTION: Final = {
    "Type": "AWS",
    "Uri": "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/arn:aws:lambda:x/invocations",
}


class VerboseIntegrationResponse(Rule):
    """
    A failing function is answered with its own error: message, type and stack trace.

    Without a proxy integration Lambda reports an exception as a JSON body,
    and API Gateway passes it on as it is, with status 200, unless a response selects errors
    and a template takes their place. Stack traces show files, versions and queries.
    """

    id = "apigateway-verbose-integration-response"
    control = "apigw.verbose-integration-response"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.MEDIUM
    resource_types = ("AWS::ApiGateway::Method",)
    fix = (
        "add an IntegrationResponse with a selection_pattern for errors"
        " and a response template with a fixed text, or use a proxy integration"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html",
    )

    passes = (
        Example("a proxy integration", {"Integration": {**_FUNCTION, "Type": "AWS_PROXY"}}),
        Example(
            "errors get a fixed text",
            {
                "Integration": {
                    **_FUNCTION,
                    "IntegrationResponses": [
                        {"StatusCode": "200"},
                        {
                            "StatusCode": "500",
                            "SelectionPattern": ".+",
                            "ResponseTemplates": {"application/json": '{"message": "try later"}'},
                        },
                    ],
                }
            },
        ),
        Example(
            "every answer gets a text of its own",
            {
                "Integration": {
                    **_FUNCTION,
                    "IntegrationResponses": [
                        {
                            "StatusCode": "200",
                            "ResponseTemplates": {"application/json": '{"state": "accepted"}'},
                        }
                    ],
                }
            },
        ),
        Example(
            "a service that is no function",
            {"Integration": {"Type": "AWS", "Uri": "arn:aws:apigateway:x:sqs:path/1/q"}},
        ),
        Example(
            "errors are selected and rewritten, and results passed on",
            {
                "Integration": {
                    **_FUNCTION,
                    "IntegrationResponses": [
                        {"StatusCode": "200"},
                        {
                            "StatusCode": "500",
                            "SelectionPattern": ".+",
                            "ResponseTemplates": {"application/json": '{"message": "failed"}'},
                        },
                    ],
                }
            },
        ),
    )
    fails = (
        Example(
            "errors are answered as results are",
            {"Integration": {**_FUNCTION, "IntegrationResponses": [{"StatusCode": 200}]}},
        ),
        Example(
            "whatever the function answers is passed on whole",
            {
                "Integration": {
                    **_FUNCTION,
                    "IntegrationResponses": [
                        {
                            "StatusCode": "200",
                            "ResponseTemplates": {"application/json": "$input.json('$')"},
                        }
                    ],
                }
            },
        ),
        Example(
            "errors are passed on whole",
            {
                "Integration": {
                    **_FUNCTION,
                    "IntegrationResponses": [
                        {"StatusCode": "200"},
                        {
                            "StatusCode": "500",
                            "SelectionPattern": ".*Exception.*",
                            "ResponseTemplates": {"application/json": "$input.json('$')"},
                        },
                    ],
                }
            },
        ),
    )

    def check(self, method: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        integration = method.block("Integration")
        uri = integration.text("Uri") or ""
        if (integration.text("Type") or "").upper() != "AWS" or ":lambda:path/" not in uri:
            return
        selected = False
        for response in integration.blocks("IntegrationResponses"):
            if not response.text("SelectionPattern"):
                continue
            selected = True
            templates = response.block("ResponseTemplates")
            if not templates or _passes_on(templates):
                message = "errors of the function are passed on as they are"
                yield self.finding(response, "ResponseTemplates", message)
                return
        default = (response for response in integration.blocks("IntegrationResponses"))
        if not selected and not any(_rewritten(response) for response in default):
            message = "no response selects errors of the function, so callers get its stack traces"
            yield self.finding(integration, "IntegrationResponses", message)


def _passes_on(templates: Block) -> bool:
    return any(_WHOLE.search(templates.text((kind,)) or "") for kind in templates)


def _rewritten(response: Block) -> bool:
    templates = response.block("ResponseTemplates")
    return bool(templates) and not _passes_on(templates)
