"""Permissions of a function that its code never uses."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.code import Usage, has_code, proposed_grants, usage_of
from secure_constructs.code.usage import Unused
from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_lambda._code import READER, ROLE, allowing, code, promised
from secure_constructs.template import Resource, Template

_NAMED = 4


class GrantedAndNeverCalled(Rule):
    """
    The function's role allows what nothing in its code calls, at all or on one of its resources.

    Code injected into a function acts with all that its role allows. What the function itself
    never calls is of use to an attacker only. Said where all code that can use the role was
    read; code that is not beside the template is not judged.
    """

    id = "lambda-granted-and-never-called"
    control = "lambda.unused-permissions"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "grant only what it calls: secure-constructs permissions shows the lines"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    )

    passes = (
        Example(
            "it calls what it may",
            code("boto3.client('sqs').send_message(QueueUrl='q', MessageBody='m')"),
            beside={ROLE: allowing("sqs:SendMessage")},
        ),
        Example(
            "Lambda itself uses the role for its log, its traces and its queue",
            code("None"),
            beside={
                ROLE: allowing("logs:PutLogEvents", "xray:PutTraceSegments", "sqs:ReceiveMessage"),
                "Source": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders",
                    },
                },
            },
        ),
        Example(
            "another function with the same role calls it",
            code("boto3.client('s3').get_object(Bucket='b', Key='k')"),
            beside={
                ROLE: allowing("s3:GetObject", "s3:PutObject"),
                "Other": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": code("boto3.client('s3').put_object(Bucket='b', Key='k')"),
                },
            },
        ),
        Example(
            "which of two tables it writes to is known only when it runs",
            code("boto3.client('dynamodb').put_item(TableName=event['table'], Item={})"),
            beside={
                ROLE: allowing(
                    "dynamodb:PutItem",
                    on=[{"Fn::GetAtt": ["Orders", "Arn"]}, {"Fn::GetAtt": ["Carts", "Arn"]}],
                ),
                "Orders": {"Type": "AWS::DynamoDB::Table"},
                "Carts": {"Type": "AWS::DynamoDB::Table"},
            },
        ),
        Example(
            "its code is somewhere else",
            {**READER, "Code": {"S3Bucket": "code", "S3Key": "code.zip"}},
            beside={ROLE: allowing("s3:DeleteObject")},
        ),
    )
    fails = (
        Example(
            "it may delete, and only reads",
            code("boto3.client('s3').get_object(Bucket='b', Key='k')"),
            beside={ROLE: allowing("s3:GetObject", "s3:DeleteObject")},
        ),
        Example(
            "it may write to two tables, and writes to one",
            {
                **code("boto3.client('dynamodb').put_item(TableName=os.environ['T'], Item={})"),
                "Environment": {"Variables": {"T": {"Ref": "Orders"}}},
            },
            beside={
                ROLE: allowing(
                    "dynamodb:PutItem",
                    on=[{"Fn::GetAtt": ["Orders", "Arn"]}, {"Fn::GetAtt": ["Carts", "Arn"]}],
                ),
                "Orders": {"Type": "AWS::DynamoDB::Table"},
                "Carts": {"Type": "AWS::DynamoDB::Table"},
            },
        ),
        Example(
            "it may call what only a comment speaks of",
            code("None  # boto3.client('sns').publish()"),
            beside={ROLE: allowing("sns:Publish")},
        ),
    )
    uncertain = (
        Example(
            "it calls what the event names",
            code("getattr(boto3.client('s3'), event['verb'])(Bucket='b')"),
            beside={ROLE: allowing("s3:GetObject", "s3:DeleteObject")},
        ),
        Example(
            "its code is in another language",
            {**READER, "Runtime": "ruby3.4", "Code": {"ZipFile": "def handler; end"}},
            beside={ROLE: allowing("s3:DeleteObject")},
        ),
        Example(
            "its code does not parse",
            {**READER, "Code": {"ZipFile": "def handler(event, context):\n  print 'x'\n"}},
            beside={ROLE: allowing("s3:DeleteObject")},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if not has_code(function) or function.framework or promised(function):
            return
        usage = usage_of(function, template)
        if usage.unused:
            yield self._found(function, usage, usage.unused, "never called", certain=True)
        elif usage.undecided:
            doubt = f"perhaps never called: {usage.doubts[0]}" if usage.doubts else "not judged"
            yield self._found(function, usage, usage.undecided, doubt, certain=False)

    def _found(
        self,
        function: Resource,
        usage: Usage,
        entries: tuple[Unused, ...],
        said: str,
        *,
        certain: bool,
    ) -> Finding:
        actions = tuple(dict.fromkeys(map(str, entries)))
        more = f" and {len(actions) - _NAMED} more" if len(actions) > _NAMED else ""
        holders = tuple(dict.fromkeys(entry.attachment.resource.logical_id for entry in entries))
        services = {entry.action.partition(":")[0].lower() for entry in entries}
        lines = proposed_grants(
            function, usage.reading.calls, lambda name: name.partition(":")[0] in services
        )
        advice = "; ".join(lines)
        take_out = f"take {', '.join(actions[:_NAMED])}{more} out of {' and '.join(holders)}"
        return self.finding(
            function,
            "Role",
            f"{', '.join(actions[:_NAMED])}{more}: allowed by {' and '.join(holders)}, and {said}",
            certain=certain,
            trace=(function.logical_id, *holders),
            fix=f"{take_out}; what it calls takes: {advice}" if advice and certain else take_out,
        )
