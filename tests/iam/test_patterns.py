from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.patterns import (
    SOMETHING_ELSE,
    action_pattern,
    arn_parts,
    literal,
    pattern,
    resource_pattern,
)
from secure_constructs.template import Attribute, Origin, Pseudo, Template, Text, Unknown
from secure_constructs.template.values import text_of

globs = st.text("ab:*?", max_size=6)
WORDS = ["".join(word) for n in range(6) for word in itertools.product("ab:", repeat=n)]
TEMPLATE = Template(
    {
        "Resources": {
            "One": {"Type": "AWS::S3::Bucket"},
            "Two": {"Type": "AWS::S3::Bucket"},
            "Named": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "orders"}},
        }
    }
)


def named(glob: str) -> set[str]:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob)
    return {word for word in WORDS if re.fullmatch(expression, word)}


def bucket(name: str, suffix: str = "") -> Text:
    return Text((Attribute(TEMPLATE.resources[name], "Arn"), suffix))


@given(globs, globs)
def test_agrees_with_regular_expressions(one: str, two: str) -> None:
    answer = pattern(one).covers(pattern(two))
    if answer is Answer.YES:
        assert named(two) <= named(one)
    elif answer is Answer.NO:
        assert not named(one) & named(two)
    else:
        assert set("*?") & set(two)


@given(globs, st.text("ab:", max_size=5))
def test_knows_of_each_single_string_whether_it_is_in_a_pattern(glob: str, word: str) -> None:
    assert pattern(glob).covers(pattern(word)) is Answer.of(word in named(glob))


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [
        ("*?", "?*", Answer.YES),
        ("a*", "ab*", Answer.YES),
        ("ab*", "a*", Answer.MAYBE),
        ("ab*", "ba*", Answer.NO),
        ("a*z", "a?z", Answer.YES),
    ],
)
def test_compares_patterns_with_patterns(one: str, two: str, answer: Answer) -> None:
    assert pattern(one).covers(pattern(two)) is answer


def test_compares_patterns_of_many_wildcards() -> None:
    one, two = pattern("*a" * 200 + "b"), pattern("a*" * 2000)
    assert one.covers(pattern("a" * 4000)) is Answer.NO
    assert one.covers(two) is Answer.MAYBE


def test_compares_actions_in_any_case() -> None:
    assert action_pattern("S3:GETobject*").covers(action_pattern("s3:GetObjectAcl")).certain
    assert not pattern("Key").covers(pattern("key")).possible


@pytest.mark.parametrize(
    ("entry", "arn", "answer"),
    [
        ("arn:aws:sqs:us-*-1:1:q", "arn:aws:sqs:us-east-1:1:q", Answer.YES),
        ("arn:aws:sqs:us*q", "arn:aws:sqs:us-east-1:1:q", Answer.NO),
        ("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:1:q", Answer.YES),
        ("arn:aws:logs:*:*:log-group:/a/*:b", "arn:aws:logs:r:1:log-group:/a/x:y:b", Answer.YES),
        ("*", "arn:aws:sqs:us-east-1:1:q", Answer.YES),
        ("q*", "arn:aws:sqs:us-east-1:1:q", Answer.NO),
        ("ar?:aws:sqs:us-east-1:1:q", "arn:aws:sqs:us-east-1:1:q", Answer.NO),
        ("", "arn:aws:sqs:us-east-1:1:q", Answer.NO),
    ],
)
def test_keeps_wildcards_of_resources_to_their_segments(
    entry: str, arn: str, answer: Answer
) -> None:
    assert resource_pattern(entry).covers(resource_pattern(arn)) is answer


@pytest.mark.parametrize(
    ("written", "text", "answer"),
    [
        ("a${*}b", "a*b", Answer.YES),
        ("a${*}b", "axb", Answer.NO),
        ("a${?}", "a?", Answer.YES),
        ("a${?}", "ab", Answer.NO),
        ("${$}x", "$x", Answer.YES),
    ],
)
def test_reads_escaped_wildcards_as_themselves(written: str, text: str, answer: Answer) -> None:
    assert pattern(written).covers(literal(text)) is answer


def test_reads_policy_variables_as_unknown_until_the_request_gives_them() -> None:
    home = resource_pattern("arn:aws:s3:::b/${aws:username}/*")
    assert home.variables == ("aws:username",)
    asked = resource_pattern("arn:aws:s3:::b/ann/x")
    assert home.covers(asked) is Answer.MAYBE
    assert home.with_variables({"aws:username": "ann"}).covers(asked) is Answer.YES
    assert home.with_variables({"aws:username": "*"}).covers(asked) is Answer.NO


def test_knows_no_policy_variables_in_old_documents() -> None:
    home = resource_pattern("arn:aws:s3:::b/${aws:username}", variables=False)
    assert home.variables == ()
    assert not home.covers(resource_pattern("arn:aws:s3:::b/ann")).possible


def test_tells_resources_of_one_template_apart() -> None:
    objects = resource_pattern(bucket("One", "/*"))
    assert objects.covers(resource_pattern(bucket("One", "/x"))) is Answer.YES
    assert objects.covers(resource_pattern(bucket("Two", "/x"))) is Answer.NO
    assert objects.covers(resource_pattern("arn:aws:s3:::a-one-1abcdefghij2/x")) is Answer.MAYBE
    assert objects.covers(resource_pattern("arn:aws:sqs:us-east-1:1:q")) is Answer.NO


def test_knows_the_name_that_a_template_gives() -> None:
    objects = resource_pattern("arn:aws:s3:::orders/*")
    assert objects.covers(resource_pattern(bucket("Named", "/x"))) is Answer.YES
    assert objects.covers(resource_pattern(bucket("One", "/x"))) is Answer.NO
    objects = resource_pattern("arn:aws:s3:::shop-one-1abcdefghij2/*")
    assert objects.covers(resource_pattern(bucket("One", "/x"))) is Answer.MAYBE


def test_does_not_look_for_letters_in_names_set_at_deployment() -> None:
    assert pattern("*One*").covers(resource_pattern(bucket("One"))) is Answer.MAYBE


def test_compares_the_account_of_the_stack_with_itself() -> None:
    roles = Text(("arn:aws:iam::", Pseudo("AWS::AccountId"), ":role/*"))
    role = Text(("arn:aws:iam::", Pseudo("AWS::AccountId"), ":role/", Unknown("Name")))
    assert resource_pattern(roles).covers(resource_pattern(role)) is Answer.YES
    other = resource_pattern("arn:aws:iam::123456789012:role/x")
    assert resource_pattern(roles).covers(other) is Answer.MAYBE


def test_knows_that_something_else_is_none_of_the_templates_resources() -> None:
    stranger = resource_pattern(Text(("arn:aws:s3:::", SOMETHING_ELSE)))
    assert resource_pattern(bucket("One")).covers(stranger) is Answer.NO
    assert resource_pattern("arn:aws:s3:::*").covers(stranger) is Answer.YES
    assert resource_pattern("arn:aws:s3:::app-*").covers(stranger) is Answer.MAYBE


def test_splits_arns_whose_parts_contain_colons_themselves() -> None:
    arn = Text(("arn:", Pseudo("AWS::Partition"), ":iam::", Pseudo("AWS::AccountId"), ":root"))
    assert arn_parts(arn) == ("arn", "${AWS::Partition}", "iam", "", "${AWS::AccountId}", "root")
    assert arn_parts("arn:aws:s3") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_compares_any_two_texts(one: str, two: str) -> None:
    for read in (pattern, resource_pattern, action_pattern, literal):
        assert read(one).covers(read(two)) in Answer


def test_a_part_of_a_bucket_named_at_deployment_meets_what_may_be_in_it() -> None:
    one, two = (TEMPLATE.resources[name].arn for name in ("One", "Two"))
    incoming = resource_pattern(Text((*one.parts, "/incoming/*")))
    anything = resource_pattern(Text((*one.parts, "/*")))
    some_key = resource_pattern(Text((*one.parts, "/", Unknown("key"))))

    assert incoming.covers(anything) is Answer.MAYBE
    assert incoming.covers(some_key) is Answer.MAYBE
    assert incoming.covers(resource_pattern(Text((*two.parts, "/*")))) is Answer.NO
    assert incoming.covers(resource_pattern(Text((*one.parts, "/clean/*")))) is Answer.NO


REGION, ACCOUNT = Pseudo("AWS::Region"), Pseudo("AWS::AccountId")


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [
        (("a:", REGION, ":b/*"), ("a:", REGION, ":c/b/"), Answer.NO),
        (("a:", REGION, ":", ACCOUNT, ":b/x/*"), ("a:", REGION, ":", ACCOUNT, ":b/y"), Answer.NO),
        (("a:", REGION, ":1"), ("a:eu-west-1:1",), Answer.MAYBE),
        (("a:", REGION, ":1"), ("a::1",), Answer.NO),
        (("a:", REGION, ":1"), ("a:eu/west:1",), Answer.NO),
        (("a:", ACCOUNT, ":1"), ("a:210987654321:1",), Answer.MAYBE),
        (("a:", ACCOUNT, ":1"), ("a:21098765432?:1",), Answer.MAYBE),
        (("a:", ACCOUNT, ":1"), ("a:aws:1",), Answer.NO),
        (("a:", ACCOUNT, ":1"), ("a:2109876543210:1",), Answer.NO),
        (("a:", ACCOUNT, ":1"), ("a:", REGION, ":1"), Answer.MAYBE),
        (("a:", ACCOUNT, ":1"), ("a:", Unknown("Parameter"), ":1"), Answer.MAYBE),
    ],
)
def test_knows_how_accounts_and_regions_are_spelled(
    one: tuple[str | Pseudo, ...], two: tuple[str | Pseudo | Unknown, ...], answer: Answer
) -> None:
    assert pattern(Text(one)).covers(pattern(Text(two))) is answer
    assert pattern(Text(two)).covers(pattern(Text(one))) is answer


STACKS = Template(
    {
        "Resources": {
            "Ping": {"Type": "AWS::Lambda::Function"},
            "Receipts": {"Type": "AWS::S3::Bucket"},
            "Logs": {"Type": "AWS::Logs::LogGroup"},
            "Ordered": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True}},
        }
    },
    origin=Origin(stack_name="WebShop"),
)


@pytest.mark.parametrize(
    ("logical_id", "name", "answer"),
    [
        ("Ping", "WebShop-Ping-1abcdefghij2", Answer.MAYBE),
        ("Ping", "WebShop-*", Answer.MAYBE),
        ("Ping", "*-Ping-*", Answer.MAYBE),
        ("Ping", "WebShop-pong", Answer.NO),
        ("Ping", "WebShop-order-notify", Answer.NO),
        ("Ping", "WebShop_Ping_1abcdefghij2", Answer.NO),
        ("Ping", "Jobs-Ping-1abcdefghij2", Answer.NO),
        ("Ping", "jobs-*", Answer.NO),
        ("Receipts", "webshop-receipts-1abcdefghij2", Answer.MAYBE),
        ("Receipts", "WebShop-receipts-1abcdefghij2", Answer.NO),
        ("Logs", "Logs-1abcdefghij2", Answer.MAYBE),
        ("Ordered", "WebShop-Ordered-1abcdefghij2.fifo", Answer.MAYBE),
    ],
)
def test_knows_how_cloudformation_names_what_the_template_does_not(
    logical_id: str, name: str, answer: Answer
) -> None:
    made_up = pattern(Text(("x:", Attribute(STACKS.resources[logical_id], ""), "/y")))
    assert pattern(f"x:{name}/y").covers(made_up) is answer


def test_does_not_heed_the_case_of_a_made_up_name_where_that_is_not_asked_for() -> None:
    made_up = pattern(Text((Attribute(STACKS.resources["Ping"], ""),))).in_lower_case()
    assert pattern("WEBSHOP-PING-1ABCDEFGHIJ2").in_lower_case().covers(made_up).possible


DEPLOYMENTS = (
    {
        str(REGION): "eu-west-1",
        str(ACCOUNT): "111122223333",
        "${Ping}": "WebShop-Ping-1abcdefghij2",
        "${Receipts}": "webshop-receipts-1abcdefghij2",
        "${Logs}": "111122223333",
    },
    {
        str(REGION): "us-gov-east-1",
        str(ACCOUNT): "012345678901",
        "${Ping}": "WebShop-P1-AbCdEfGhIj12",
        "${Receipts}": "webshop-cut-off-here-x1-9bcdefghij2z",
        "${Logs}": "eu-west-1",
    },
)
written = st.sampled_from((REGION, ACCOUNT)) | st.sampled_from(
    [
        *("WebShop-", "webshop", "-", "1", "12", "/", "*", "?", "eu", "Ping", "a"),
        *(value for names in DEPLOYMENTS for value in names.values()),
    ]
)
names_of_resources = st.sampled_from(("Ping", "Receipts", "Logs")).map(
    lambda name: Attribute(STACKS.resources[name], "")
)


def spelled(parts: list[str | Pseudo | Attribute], names: dict[str, str]) -> str:
    return "".join(part if isinstance(part, str) else names[str(part)] for part in parts)


@given(st.lists(written | names_of_resources, max_size=4), st.lists(written, max_size=4))
def test_says_what_holds_in_each_deployment(
    one: list[str | Pseudo | Attribute], two: list[str | Pseudo | Attribute]
) -> None:
    for outer, inner in ((one, two), (two, one)):
        answer = pattern(text_of(outer)).covers(pattern(text_of(inner)))
        for names in DEPLOYMENTS:
            deployed = pattern(spelled(outer, names)).covers(pattern(spelled(inner, names)))
            if answer.certain:
                assert deployed.certain
            elif not answer.possible:
                assert not deployed.possible


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("arn:aws:iam::", ACCOUNT, ":role/"), ()),
        (("arn:aws:sqs:", REGION, ":", ACCOUNT, ":"), ("/x",)),
        ((Unknown("Parameter"), "/"), ("/x",)),
    ],
)
def test_names_of_two_resources_differ_whatever_stands_around_them(
    before: tuple[str | Pseudo | Unknown, ...], after: tuple[str, ...]
) -> None:
    one, two = (
        pattern(Text((*before, Attribute(STACKS.resources[name], ""), *after)))
        for name in ("Ping", "Receipts")
    )
    assert one.covers(two) is Answer.NO
    assert two.covers(one) is Answer.NO
