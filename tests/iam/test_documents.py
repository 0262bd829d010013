from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import (
    Effect,
    Kind,
    PolicyDocument,
    PolicyError,
    Principal,
    Statement,
)
from secure_constructs.template import UNRESOLVED, Attribute, Pseudo, Template, Text, Unknown

YES, NO, MAYBE = Answer.YES, Answer.NO, Answer.MAYBE
ACCOUNT = Text(("arn:", Pseudo("AWS::Partition"), ":iam::", Pseudo("AWS::AccountId"), ":root"))
QUEUE = "arn:aws:sqs:eu-west-1:111111111111:q"


def statement(**elements: Any) -> Statement:
    document = PolicyDocument.parse(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", **elements}}
    )
    return document.statements[0]


@pytest.mark.parametrize(
    "body",
    [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}],
    ],
    ids=["one statement", "a list"],
)
@pytest.mark.parametrize("as_text", [True, False], ids=["text", "map"])
def test_reads_every_shape_of_document(body: Any, *, as_text: bool) -> None:
    value = {"Version": "2012-10-17", "Statement": body}
    document = PolicyDocument.parse(json.dumps(value) if as_text else value)
    (found,) = document.statements
    assert found.effect is Effect.ALLOW
    assert found.actions == ("s3:*",)
    assert found.resources == ("*",)
    assert not document.unreadable


def test_says_where_a_statement_stands() -> None:
    document = PolicyDocument.parse({"Statement": [{}, {}]})
    assert [found.place for found in document] == ["Statement.0", "Statement.1"]


@pytest.mark.parametrize(
    ("principal", "public"),
    [
        ("*", YES),
        ({"AWS": "*"}, YES),
        ({"AWS": ["111111111111", "*"]}, YES),
        ({"AWS": "arn:aws:iam::*:root"}, YES),
        ({"Service": "*"}, YES),
        ({"AWS": "111111111111"}, NO),
        ({"AWS": "arn:aws:iam::111111111111:*"}, NO),
        ({"AWS": ACCOUNT}, NO),
        ({"Service": ["events.amazonaws.com"]}, NO),
        ({"Federated": "accounts.google.com"}, NO),
        ({"CanonicalUser": "79a5"}, NO),
        ({"AWS": UNRESOLVED}, MAYBE),
        ({"Aws": "*"}, MAYBE),
        (UNRESOLVED, MAYBE),
        (5, MAYBE),
    ],
)
def test_knows_whether_anyone_is_meant(principal: Any, public: Answer) -> None:
    assert statement(Principal=principal).public is public


def test_takes_everyone_but_a_few_for_anyone() -> None:
    assert statement(NotPrincipal={"AWS": "111111111111"}).public is YES


def test_knows_accounts_and_services() -> None:
    found = statement(
        Principal={
            "AWS": ["111111111111", "arn:aws:iam::222222222222:role/x", ACCOUNT, "AIDA"],
            "Service": "sns.amazonaws.com",
        }
    )
    assert found.accounts == ("111111111111", "222222222222", "${AWS::AccountId}")
    assert found.services == ("sns.amazonaws.com",)
    wide = [p.account_wide for p in found.principals or ()]
    assert wide == [True, False, True, False, False]


def test_knows_the_account_of_a_role_of_the_template() -> None:
    template = Template({"Resources": {"Role": {"Type": "AWS::IAM::Role"}}})
    value = Text((Attribute(template.resources["Role"], "Arn"),))
    principal = Principal(Kind.AWS, value)
    assert principal.account == "${AWS::AccountId}"
    assert principal.is_caller(template.resources["Role"].arn) is YES
    assert not principal.account_wide


@pytest.mark.parametrize(
    ("condition", "restricted"),
    [
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}, YES),
        ({"ArnLike": {"AWS:sourcearn": "arn:aws:sns:*:111111111111:*"}}, YES),
        ({"ArnLike": {"aws:SourceArn": "*"}}, NO),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, NO),
        ({"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::b", "*"]}}, NO),
        ({"StringEquals": {"aws:SourceAccount": "111111111111"}}, YES),
        ({"StringEquals": {"aws:SourceAccount": Text((Pseudo("AWS::AccountId"),))}}, YES),
        ({"StringLike": {"aws:SourceAccount": "*"}}, NO),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "111111111111"}}, NO),
        ({"StringNotEquals": {"aws:SourceAccount": "111111111111"}}, NO),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, NO),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, YES),
        ({"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}}, YES),
        ({"StringEquals": {"kms:CallerAccount": "111111111111"}}, YES),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, YES),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, NO),
        ({"Bool": {"aws:SecureTransport": "true"}}, NO),
        ({"StringEquals": {"aws:Referer": "example.com"}}, NO),
        ({"StringEquals": {"aws:SourceAccount": UNRESOLVED}}, MAYBE),
        ({"StringIsh": {"aws:SourceAccount": "111111111111"}}, MAYBE),
        (UNRESOLVED, MAYBE),
        (
            {
                "StringEquals": {"token.actions.githubusercontent.com:sub": "repo:o/r:*"},
            },
            YES,
        ),
    ],
)
def test_knows_whether_a_condition_leaves_callers_out(condition: Any, restricted: Answer) -> None:
    found = statement(Principal="*", Condition=condition)
    assert found.restricted is restricted
    assert found.open_to_anyone is ~restricted


def denial(**elements: Any) -> PolicyDocument:
    body = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": QUEUE,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    merged = {key: value for key, value in {**body, **elements}.items() if value is not None}
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": [merged]})


@pytest.mark.parametrize(
    ("elements", "refused"),
    [
        ({}, YES),
        ({"Condition": {"Bool": {"aws:SecureTransport": False}}}, YES),
        ({"Condition": {"BoolIfExists": {"aws:securetransport": ["false"]}}}, YES),
        ({"Condition": {"StringEquals": {"aws:SecureTransport": "false"}}}, YES),
        ({"Principal": {"AWS": ["*"]}}, YES),
        ({"Principal": {"AWS": "111111111111"}}, NO),
        ({"Action": "*", "Resource": "*"}, YES),
        ({"Action": None, "NotAction": "s3:*"}, YES),
        ({"Action": "sqs:SendMessage"}, MAYBE),
        ({"Resource": "arn:aws:sqs:eu-west-1:111111111111:other"}, NO),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, NO),
        ({"Condition": {"Null": {"aws:SecureTransport": "true"}}}, NO),
        ({"Condition": {"Bool": {"aws:SecureTransport": UNRESOLVED}}}, MAYBE),
        ({"Effect": "Allow"}, NO),
        ({"Effect": UNRESOLVED}, MAYBE),
    ],
)
def test_knows_whether_plain_http_is_refused(elements: Any, refused: Answer) -> None:
    assert denial(**elements).refuses_plain_http(action="sqs:*", resource=QUEUE) is refused


def test_applies_to_actions_in_any_case_and_to_all_but_some() -> None:
    assert statement(Action=["S3:get*"]).applies_to_action("s3:GetObject") is YES
    assert statement(NotAction="s3:*").applies_to_action("s3:GetObject") is NO
    assert statement(NotAction="s3:*").applies_to_action("iam:PassRole") is YES
    assert statement(Action="s3:GetObject").applies_to_action("s3:*") is MAYBE
    assert statement(Action=["s3:Get*", UNRESOLVED]).applies_to_action("s3:Put") is MAYBE


def test_applies_to_resources_and_to_all_but_some() -> None:
    assert statement(NotResource="arn:aws:s3:::a").applies_to_resource("arn:aws:s3:::b") is YES
    assert statement(NotResource="*").applies_to_resource("arn:aws:s3:::b") is NO
    assert statement(Resource=UNRESOLVED).applies_to_resource("arn:aws:s3:::b") is MAYBE
    assert statement(Action="sts:AssumeRole").applies_to_resource("arn:aws:s3:::b") is YES


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"Effect": "allow"}, "Effect"),
        ({"Action": 5}, "Action"),
        ({"Action": ["s3:*", {"Fn::Nope": 1}]}, "Action"),
        ({"action": "s3:*"}, "Action"),
        ({"Principal": {"Machine": "x"}}, "Principal"),
        ({"Condition": "x"}, "Condition"),
        ("x", "Statement"),
    ],
)
def test_names_the_part_that_cannot_be_read(value: Any, part: str) -> None:
    document = PolicyDocument.parse({"Statement": [value]})
    assert part in document.statements[0].unreadable
    assert document.unreadable
    with pytest.raises(PolicyError, match=part if part != "Statement" else "statements"):
        PolicyDocument.parse({"Statement": [value]}, strict=True)


@pytest.mark.parametrize("value", [UNRESOLVED, 5, [], "x", "[]", {"statement": []}])
def test_knows_a_document_that_cannot_be_read_from_one_that_says_nothing(value: Any) -> None:
    assert not PolicyDocument.parse(value).readable
    assert PolicyDocument.parse(None).readable
    assert PolicyDocument.parse({"Statement": []}).readable


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just(UNRESOLVED),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Statement",
                    "Effect",
                    "Action",
                    "NotAction",
                    "Resource",
                    "Principal",
                    "Condition",
                    "AWS",
                    "Bool",
                    "aws:SourceArn",
                    "Version",
                    "NotPrincipal",
                    "NotResource",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_answers_about_anything(value: Any) -> None:
    document = PolicyDocument.parse(value)
    assert document.refuses_plain_http(action="s3:*", resource="*") in Answer
    for found in document:
        for answer in (found.public, found.restricted, found.open_to_anyone, found.holds()):
            assert answer in Answer
        assert found.applies_to_action("s3:*") in Answer
        assert found.applies_to_resource("arn:aws:s3:::b") in Answer
        assert found.applies_to_caller("arn:aws:iam::1:role/x", "1") in Answer
        assert found.accounts is not None


def statement_of(action: Any) -> Statement:
    (found,) = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": action}})
    return found


def test_works_out_once_what_plain_entries_say() -> None:
    asked: list[str] = []
    for action in ("s3:GetObject", ["s3:GetObject"], ["s3:GetObject"], "s3:PutObject"):
        entries = statement_of(action).actions
        assert entries is not None
        entries.once("first", lambda found: asked.append(found[0]))

    assert asked == ["s3:GetObject", "s3:PutObject"]


def test_takes_no_text_set_at_deployment_for_a_plain_one_that_reads_alike() -> None:
    plain, set_later = "s3:Get${What}", Text(("s3:Get", Unknown("What")))
    assert plain == set_later

    assert statement_of(set_later).actions is not statement_of(plain).actions
    assert statement_of(set_later).applies_to_action("s3:GetObject") is Answer.MAYBE


def trusting(host: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": {"Service": host}}]}


def test_reads_documents_once_that_are_alike_in_every_word() -> None:
    read = PolicyDocument.alike(trusting("lambda.amazonaws.com"))
    assert PolicyDocument.alike(trusting("lambda.amazonaws.com")) is read
    assert read.statements == PolicyDocument.parse(trusting("lambda.amazonaws.com")).statements

    for other in ("ec2.amazonaws.com", ["lambda.amazonaws.com"], True, 1, None):
        found = PolicyDocument.alike(trusting(other))
        assert found is not read
        assert found.statements == PolicyDocument.parse(trusting(other)).statements


@pytest.mark.parametrize(
    "host",
    [Text(("lambda.", Pseudo("AWS::URLSuffix"))), UNRESOLVED, "x" * 5000],
    ids=["set at deployment", "not known", "too long to keep"],
)
def test_shares_no_document_that_is_more_than_short_and_plain(host: Any) -> None:
    one, two = PolicyDocument.alike(trusting(host)), PolicyDocument.alike(trusting(host))
    assert one is not two
    assert one.statements == PolicyDocument.parse(trusting(host)).statements


@pytest.mark.parametrize(
    ("actions", "services"),
    [
        (["s3:GetObject", "S3:Put*", "sqs:*"], {"s3": 2, "sqs": 1}),
        (["*", "s?:Get*", "s3", "s3:GetObject"], {"": 3, "s3": 1}),
        ([], {}),
    ],
    ids=["in any case", "open", "none"],
)
def test_sorts_actions_by_service(actions: list[str], services: dict[str, int]) -> None:
    entries = statement_of(actions).actions
    assert entries is not None
    assert {service: len(named) for service, named in entries.by_service.items()} == services
