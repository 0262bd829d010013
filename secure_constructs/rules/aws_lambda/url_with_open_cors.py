"""Function URLs that every web site may call from a browser."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UrlWithOpenCors(Rule):
    """
    Every web site may call the function URL from the browser of its visitors.

    With ``*`` as allowed origin, a page anywhere can send requests and read the answers;
    where credentials are allowed as well, it does so in the name of the visitor.
    """

    id = "lambda-url-with-open-cors"
    control = "lambda.url-cors"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Url",)
    fix = "name the origins of your own pages in cors=FunctionUrlCorsOptions(allowed_origins=[...])"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html",)

    passes = (
        Example(
            "one origin may call",
            {"AuthType": "AWS_IAM", "Cors": {"AllowOrigins": ["https://shop.example"]}},
        ),
        Example("browsers are told nothing", {"AuthType": "AWS_IAM"}),
    )
    fails = (
        Example("every origin may call", {"AuthType": "AWS_IAM", "Cors": {"AllowOrigins": ["*"]}}),
        Example(
            "a single value stands for the list",
            {"AuthType": "NONE", "Cors": {"AllowOrigins": "*"}},
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"Cors": {"AllowOrigins": [{"Ref": "Origin"}]}},
            sections={"Parameters": {"Origin": {"Type": "String"}}},
        ),
    )

    def check(self, url: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for origin in url.texts("Cors.AllowOrigins"):
            if origin in {"*", "http://*", "https://*"}:
                yield self.finding(url, "Cors.AllowOrigins", f"every origin may call ({origin})")
