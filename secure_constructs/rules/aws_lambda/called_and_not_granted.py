"""Calls of a function that its role does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.code import has_code, proposed_grants, usage_of
from secure_constructs.code.usage import Missing
from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_lambda._code import READER, ROLE, allowing, code, promised
from secure_constructs.template import Resource, Template


class CalledAndNotGranted(Rule):
    """
    The function's code calls what no policy lets its role do.

    The call fails with AccessDenied when it is first made, often in production; the hurried
    mend is a wildcard. Said of calls that surely stand in the handler's way, and only when
    every policy of the role is in sight.
    """

    id = "lambda-called-and-not-granted"
    control = "lambda.missing-permissions"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "grant it exactly: secure-constructs permissions shows the lines"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    )

    passes = (
        Example(
            "it may do what it calls",
            code("boto3.resource('dynamodb').Table('t').get_item(Key={})"),
            beside={ROLE: allowing("dynamodb:GetItem")},
        ),
        Example(
            "everybody may do what it calls",
            code("boto3.client('sts').get_caller_identity()"),
            beside={ROLE: allowing("logs:PutLogEvents")},
        ),
        Example(
            "it calls with the credentials of another role",
            code(
                "boto3.client('s3', aws_access_key_id=event['id'], "
                "aws_secret_access_key=event['key']).list_buckets()"
            ),
            beside={ROLE: allowing("logs:PutLogEvents")},
        ),
        Example(
            "the queue's own policy lets it in",
            code("boto3.client('sqs').send_message(QueueUrl='q', MessageBody='m')"),
            beside={
                ROLE: allowing("logs:PutLogEvents"),
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {
                        "Queues": ["q"],
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Action": "sqs:SendMessage",
                                "Resource": "*",
                                "Principal": {"AWS": {"Fn::GetAtt": [ROLE, "Arn"]}},
                            }
                        },
                    },
                },
            },
        ),
        Example(
            "it may read a part of the bucket, and asks for a key it is told",
            {
                **code("boto3.client('s3').get_object(Bucket=os.environ['B'], Key=event['key'])"),
                "Environment": {"Variables": {"B": {"Ref": "Files"}}},
            },
            beside={
                ROLE: allowing("s3:GetObject", on={"Fn::Sub": "${Files.Arn}/incoming/*"}),
                "Files": {"Type": "AWS::S3::Bucket"},
            },
        ),
        Example(
            "its role is made somewhere else",
            {
                **code("boto3.client('s3').list_buckets()"),
                "Role": "arn:aws:iam::111122223333:role/shared",
            },
        ),
        Example(
            "its code is somewhere else",
            {**READER, "Code": {"S3Bucket": "code", "S3Key": "code.zip"}},
            beside={ROLE: allowing("logs:PutLogEvents")},
        ),
    )
    fails = (
        Example(
            "it reads a table that it may only query",
            code("boto3.resource('dynamodb').Table('t').get_item(Key={})"),
            beside={ROLE: allowing("dynamodb:Query")},
        ),
        Example(
            "it may write to another table",
            {
                **code("boto3.resource('dynamodb').Table(os.environ['TABLE']).put_item(Item={})"),
                "Environment": {"Variables": {"TABLE": {"Ref": "Orders"}}},
            },
            beside={
                ROLE: allowing("dynamodb:PutItem", on={"Fn::GetAtt": ["Carts", "Arn"]}),
                "Orders": {"Type": "AWS::DynamoDB::Table"},
                "Carts": {"Type": "AWS::DynamoDB::Table"},
            },
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if not has_code(function) or function.framework or promised(function):
            return
        for missing in usage_of(function, template).missing:
            yield self._found(function, missing)

    def _found(self, function: Resource, missing: Missing) -> Finding:
        named = (missing.resource.logical_id,) if missing.resource is not None else ()
        on = f" on {named[0]}" if named else ""
        lines = proposed_grants(function, (missing.call,), lambda name: name in missing.actions)
        return self.finding(
            function,
            "Role",
            f"{missing.call.place} calls {' or '.join(missing.actions)}{on}, "
            "which its role does not allow",
            trace=(function.logical_id, *named),
            fix=f"grant what {missing.call.place} calls: {'; '.join(lines)}" if lines else "",
        )
