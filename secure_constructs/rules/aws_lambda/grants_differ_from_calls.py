"""Functions whose grants were promised to be what their code calls, and are not."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.code import Usage, proposed_grants, usage_of
from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_lambda._code import PROMISED, ROLE, allowing, code, promised
from secure_constructs.template import Resource, Template

_NAMED = 4
_READS = "boto3.client('s3').get_object(Bucket='b', Key='k')"


class GrantsDifferFromCalls(Rule):
    """
    The function promises that its grants are what its code calls, and they are not.

    With ``exact_grants`` somebody has read what the code calls and written it down. When the code
    changes, what it gains and what it no longer needs is for somebody to read again: a function
    that is talked into calling something new is stopped before it is deployed.
    """

    id = "lambda-grants-differ-from-calls"
    control = "lambda.exact-permissions"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.HIGH
    resource_types = ("AWS::Lambda::Function",)
    fix = "write down what it calls, or leave exact_grants out"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    )

    passes = (
        Example(
            "they are the same",
            code(_READS),
            beside={ROLE: allowing("s3:GetObject", "logs:PutLogEvents")},
            attributes=PROMISED,
        ),
        Example(
            "nothing was promised",
            code(_READS),
            beside={ROLE: allowing("s3:PutObject")},
        ),
    )
    fails = (
        Example(
            "nobody has written down what it calls",
            code(_READS),
            beside={ROLE: allowing("logs:PutLogEvents")},
            attributes=PROMISED,
        ),
        Example(
            "what it once called is still granted",
            code(_READS),
            beside={ROLE: allowing("s3:GetObject", "s3:DeleteObject")},
            attributes=PROMISED,
        ),
        Example(
            "the event says what it calls",
            code("getattr(boto3.client('s3'), event['verb'])(Bucket='b')"),
            beside={ROLE: allowing("s3:GetObject")},
            attributes=PROMISED,
        ),
    )
    uncertain = (
        Example(
            "its code is somewhere else",
            {**code("None"), "Code": {"S3Bucket": "code", "S3Key": "code.zip"}},
            beside={ROLE: allowing("s3:GetObject")},
            attributes=PROMISED,
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if not promised(function):
            return
        usage = usage_of(function, template)
        calls = usage.reading.calls
        said = tuple(_differences(usage))
        if said:
            lines = proposed_grants(function, calls)
            more = (f"and {len(said) - _NAMED} more",) if len(said) > _NAMED else ()
            yield self.finding(
                function,
                "Role",
                "; ".join((*said[:_NAMED], *more)),
                fix=f"what it calls takes: {'; '.join(lines)}" if lines else "",
            )
        elif usage.doubts:
            yield self.finding(
                function,
                "Role",
                f"its code cannot be compared with its grants: {usage.doubts[0]}",
                certain=usage.reading.present,
            )


def _differences(usage: Usage) -> Iterator[str]:
    for missing in usage.missing:
        on = f" on {missing.resource.logical_id}" if missing.resource is not None else ""
        yield f"{missing.call.place} calls {' or '.join(missing.actions)}{on}, which is not granted"
    for entry in dict.fromkeys(map(str, usage.unused)):
        yield f"{entry} is granted and never called"
