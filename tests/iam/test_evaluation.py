from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.iam import Answer, Context, PolicyDocument, PolicySet, Request, simulate
from tests.iam.reference import allowed
from tests.work import work

YES, NO, MAYBE = Answer.YES, Answer.NO, Answer.MAYBE
ROLE = "arn:aws:iam::111111111111:role/app"
ACTIONS = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]
RESOURCES = ["arn:aws:s3:::b/x", "arn:aws:s3:::b/y", "arn:aws:sqs:eu-west-1:111111111111:q"]
KEYS = {
    "aws:SourceVpc": ["vpc-1", "vpc-2"],
    "aws:SecureTransport": ["true", "false"],
    "aws:SourceIp": ["10.0.0.1", "192.0.2.1"],
    "aws:MultiFactorAuthAge": ["60", "9000"],
    "aws:PrincipalArn": [ROLE, "arn:aws:iam::111111111111:role/other"],
    "aws:TagKeys": ["team", "stage", "cost"],
}
SEVERAL = {"aws:TagKeys"}

one_of = st.sampled_from
entries = st.lists(
    one_of([*ACTIONS, "s3:*", "S3:get*", "*", "sqs:Send?essage", "s?:*"]), min_size=1, max_size=2
)
resources = st.lists(
    one_of([*RESOURCES, "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/?", "arn:aws:sqs:*"]),
    min_size=1,
    max_size=2,
)
conditions = st.one_of(
    st.just({}),
    st.builds(
        lambda operator, value: {operator: {"aws:SourceVpc": value}},
        one_of(["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"]),
        one_of(["vpc-1", ["vpc-1", "vpc-3"], "vpc-*"]),
    ),
    st.builds(lambda value: {"Bool": {"aws:SecureTransport": value}}, one_of(["true", "false"])),
    st.builds(
        lambda operator: {operator: {"aws:SourceIp": "10.0.0.0/8"}},
        one_of(["IpAddress", "NotIpAddress"]),
    ),
    st.builds(
        lambda operator: {operator: {"aws:MultiFactorAuthAge": "3600"}},
        one_of(["NumericLessThan", "NumericLessThanIfExists", "NumericNotEquals"]),
    ),
    st.builds(
        lambda operator, value: {operator: {"aws:PrincipalArn": value}},
        one_of(["ArnLike", "ArnNotLike", "ArnLikeIfExists"]),
        one_of([ROLE, "arn:aws:iam::*:role/*", "arn:aws:iam::*:role/o?her"]),
    ),
    st.builds(
        lambda quantifier, operator, value: {f"{quantifier}:{operator}": {"aws:TagKeys": value}},
        one_of(["ForAllValues", "ForAnyValue"]),
        one_of(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]),
        one_of(["team", ["team", "stage"], "st*"]),
    ),
    st.builds(lambda value: {"Null": {"aws:SourceVpc": value}}, one_of(["true", "false"])),
)
principals = one_of(
    [
        "*",
        {"AWS": "*"},
        {"AWS": ROLE},
        {"AWS": ["arn:aws:iam::111111111111:role/other", ROLE]},
        {"AWS": "111111111111"},
        {"AWS": "arn:aws:iam::111111111111:root"},
        {"AWS": "222222222222"},
    ]
)


def statement(
    effect: str,
    actions: list[str],
    named: list[str],
    condition: dict[str, Any],
    shape: tuple[bool, bool],
) -> dict[str, Any]:
    return {
        "Effect": effect,
        "NotAction" if shape[0] else "Action": actions,
        "NotResource" if shape[1] else "Resource": named,
        **({"Condition": condition} if condition else {}),
    }


statements = st.builds(
    statement,
    one_of(["Allow", "Allow", "Deny"]),
    entries,
    resources,
    conditions,
    one_of([(False, False)] * 4 + [(True, False), (False, True)]),
)
documents = st.builds(
    lambda content: {"Version": "2012-10-17", "Statement": content},
    st.lists(statements, min_size=1, max_size=3),
)
excepted = one_of(
    [
        {"AWS": [ROLE, "arn:aws:iam::111111111111:root"]},
        {"AWS": "arn:aws:iam::222222222222:role/other"},
    ]
)


def on_resource(content: dict[str, Any], who: Any, others: Any) -> dict[str, Any]:
    element = "NotPrincipal" if others and content["Effect"] == "Deny" else "Principal"
    return {**content, element: others if element == "NotPrincipal" else who}


resource_policies = st.builds(
    lambda content: {"Version": "2012-10-17", "Statement": content},
    st.lists(
        st.builds(on_resource, statements, principals, st.none() | excepted),
        min_size=1,
        max_size=2,
    ),
)
contexts = st.fixed_dictionaries(
    {
        key: st.lists(one_of(values), max_size=2 if key in SEVERAL else 1, unique=True)
        for key, values in KEYS.items()
    }
)
requests = st.fixed_dictionaries(
    {
        "identity": st.lists(documents, max_size=2),
        "boundary": st.none() | documents,
        "session": st.none() | documents,
        "organization": st.lists(documents, max_size=1),
        "resource_policy": st.none() | resource_policies,
        "action": one_of(ACTIONS),
        "resource": one_of(RESOURCES),
        "same_account": st.booleans(),
    }
)


def asked(request: dict[str, Any], context: Context) -> Answer:
    return simulate(
        request["identity"],
        action=request["action"],
        resource=request["resource"],
        boundary=request["boundary"],
        session=request["session"],
        organization=request["organization"],
        resource_policy=request["resource_policy"],
        same_account=request["same_account"],
        caller=ROLE,
        context=context,
    )


def expected(request: dict[str, Any], context: dict[str, list[str]]) -> Answer:
    known = {key: value for key, value in request.items() if key != "identity"}
    return Answer.of(allowed(request["identity"], context=context, caller=ROLE, **known))


@given(requests, contexts)
def test_agrees_with_the_reference_when_all_is_known(
    request: dict[str, Any], context: dict[str, list[str]]
) -> None:
    assert asked(request, Context(context)) is expected(request, context)


@given(requests, contexts, st.sets(one_of(list(KEYS))))
def test_is_sure_only_of_what_holds_whatever_is_not_known(
    request: dict[str, Any], context: dict[str, list[str]], hidden: set[str]
) -> None:
    known = {key: values for key, values in context.items() if key not in hidden}
    answer = asked(request, Context(known))
    assert answer is MAYBE or answer is expected(request, context)


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": action, "Resource": resource, **more},
    }


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    document = allow(action, resource, **more)
    document["Statement"]["Effect"] = "Deny"
    return document


OBJECT = "arn:aws:s3:::b/x"


@given(st.lists(documents, max_size=2), one_of(ACTIONS), one_of(RESOURCES), contexts)
def test_gives_freely_only_what_every_request_is_allowed(
    bodies: list[dict[str, Any]], action: str, resource: str, context: dict[str, list[str]]
) -> None:
    policies = PolicySet(map(PolicyDocument.parse, bodies))
    if policies.gives_freely(action):
        request = Request(action, resource, Context(context))
        assert (policies.allows(request), policies.denies(request)) == (YES, NO)


@pytest.mark.parametrize(
    ("body", "freely"),
    [
        (allow("s3:*"), True),
        (allow("s3:*", OBJECT), False),
        (allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}), False),
        ({"Statement": [allow("s3:*")["Statement"], deny("s3:*", OBJECT)["Statement"]]}, False),
        ({"Statement": [allow("s3:*")["Statement"], deny("sqs:*")["Statement"]]}, True),
        ({"Statement": {**allow("s3:*")["Statement"], "Surprise": 1}}, False),
    ],
    ids=["everywhere", "one resource", "a condition", "denied in part", "elsewhere", "unreadable"],
)
def test_knows_what_is_given_freely(body: dict[str, Any], *, freely: bool) -> None:
    assert PolicySet([PolicyDocument.parse(body)]).gives_freely("s3:GetObject") is freely


def test_allows_nothing_without_a_statement() -> None:
    assert simulate([], action="s3:GetObject", resource=OBJECT) is NO


def test_lets_a_denial_win() -> None:
    policies = [allow("*"), deny("s3:*", "arn:aws:s3:::b/*")]
    assert simulate(policies, action="s3:GetObject", resource=OBJECT) is NO
    assert simulate(policies, action="s3:GetObject", resource="arn:aws:s3:::c/x") is YES


def test_lets_every_bound_limit_what_is_granted() -> None:
    for bound in ("boundary", "session"):
        known: dict[str, Any] = {bound: allow("sqs:*")}
        assert simulate([allow("*")], action="s3:GetObject", resource=OBJECT, **known) is NO
    levels = [allow("*"), allow("sqs:*")]
    answer = simulate([allow("*")], action="s3:GetObject", resource=OBJECT, organization=levels)
    assert answer is NO


def test_sees_that_an_allowance_and_a_denial_exclude_each_other() -> None:
    only_inside = {"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}
    policies = [allow("s3:*", **only_inside), deny("s3:*", **only_inside)]
    assert simulate(policies, action="s3:GetObject", resource=OBJECT) is NO
    policies.append(allow("s3:GetObject"))
    assert simulate(policies, action="s3:GetObject", resource=OBJECT) is MAYBE


def test_says_maybe_for_a_pattern_that_is_covered_in_part() -> None:
    policies = [allow("s3:GetObject", "arn:aws:s3:::b/in/*")]
    assert simulate(policies, action="s3:GetObject", resource="arn:aws:s3:::b/*") is MAYBE
    assert simulate(policies, action="s3:GetObject", resource="arn:aws:s3:::b/in/a*") is YES
    assert simulate(policies, action="s3:GetObject", resource="arn:aws:s3:::b/out/*") is NO


def test_lets_nobody_use_a_key_whose_policy_does_not() -> None:
    key = "arn:aws:kms:eu-west-1:111111111111:key/k"
    known: dict[str, Any] = {"action": "kms:Decrypt", "resource": key, "caller": ROLE}
    assert simulate([allow("kms:*")], **known) is NO
    hands_on = allow("kms:*", Principal={"AWS": "arn:aws:iam::111111111111:root"})
    assert simulate([allow("kms:*")], resource_policy=hands_on, **known) is YES
    assert simulate([], resource_policy=hands_on, **known) is NO
    grants = allow("kms:Decrypt", Principal={"AWS": ROLE})
    assert simulate([], resource_policy=grants, **known) is YES


def test_lets_a_resource_grant_a_user_what_its_boundary_does_not() -> None:
    user = "arn:aws:iam::111111111111:user/ann"
    for caller, answer in ((ROLE, NO), (user, YES)):
        grants = allow("s3:GetObject", Principal={"AWS": caller})
        known: dict[str, Any] = {"boundary": allow("sqs:*"), "resource_policy": grants}
        found = simulate([], action="s3:GetObject", resource=OBJECT, caller=caller, **known)
        assert found is answer


@pytest.mark.parametrize("who", ["*", {"AWS": ROLE}, {"AWS": "111111111111"}])
def test_lets_a_resource_deny_what_the_caller_is_granted(who: Any) -> None:
    refuses = deny("s3:*", Principal=who)
    known: dict[str, Any] = {"resource_policy": refuses, "caller": ROLE}
    assert simulate([allow("*")], action="s3:GetObject", resource=OBJECT, **known) is NO
    known["caller"] = "arn:aws:iam::222222222222:role/other"
    expected_answer = NO if who == "*" else YES
    found = simulate([allow("*")], action="s3:GetObject", resource=OBJECT, **known)
    assert found is expected_answer


def test_a_denial_to_all_but_some_leaves_out_whom_it_names_with_its_account() -> None:
    account = "arn:aws:iam::111111111111:root"
    for named, answer in (
        ([ROLE, account], YES),
        ([ROLE], MAYBE),
        ([account], MAYBE),
        (["arn:aws:iam::222222222222:root"], NO),
    ):
        denial = deny("s3:*")
        denial["Statement"]["NotPrincipal"] = {"AWS": named}
        known: dict[str, Any] = {"resource_policy": denial, "caller": ROLE}
        found = simulate([allow("*")], action="s3:GetObject", resource=OBJECT, **known)
        assert found is answer


def test_fills_policy_variables_from_the_request() -> None:
    home = allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")
    for known, answer in (
        ({}, MAYBE),
        ({"aws:username": "ann"}, YES),
        ({"aws:username": "bo"}, NO),
    ):
        found = simulate(
            [home], action="s3:GetObject", resource="arn:aws:s3:::home/ann/x", context=known
        )
        assert found is answer


def test_reads_policies_as_text() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    assert simulate([text], action="s3:GetObject", resource=OBJECT) is YES


@pytest.mark.parametrize("garbage", ["not json", 5, [], {"statement": []}, {"Statement": ["x"]}])
def test_is_undecided_about_policies_that_cannot_be_read(garbage: Any) -> None:
    assert simulate([garbage], action="s3:GetObject", resource=OBJECT) is MAYBE
    assert simulate([garbage, allow("*")], action="s3:GetObject", resource=OBJECT) is MAYBE
    assert simulate([garbage, deny("*")], action="s3:GetObject", resource=OBJECT) is NO


def test_names_the_statements_that_speak_for_a_request() -> None:
    document = PolicyDocument.parse(
        {"Statement": [allow("sqs:*")["Statement"], allow("s3:*", Sid="Read")["Statement"]]}
    )
    witnesses = PolicySet([document]).witnesses(Request("s3:GetObject", OBJECT))
    assert [witness.statement.sid for witness in witnesses] == ["Read"]


def among(statements: int) -> Answer:
    # No name stands in two sizes, so that nothing is known from the size before.
    names = [f"{statements}x{n}" for n in range(statements)]
    body = [
        {"Effect": "Allow", "Action": f"s3:Get{name}*", "Resource": f"arn:aws:s3:::b{name}/*"}
        for name in names
    ]
    policies = [{"Version": "2012-10-17", "Statement": body}]
    last = names[-1]
    return simulate(policies, action=f"s3:Get{last}x", resource=f"arn:aws:s3:::b{last}/x")


def test_answers_over_ten_thousand_statements() -> None:
    assert among(10_000) is YES


def test_answering_takes_no_more_work_than_there_are_statements() -> None:
    assert work(lambda: among(800)) < 2.2 * work(lambda: among(400))
