"""What the page, the drawing and the diagram are told."""

from __future__ import annotations

from importlib import import_module

import pytest

from secure_constructs.assessment import assess
from secure_constructs.findings import Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.paths.attack_map import map_of as attacks_of
from secure_constructs.paths.graph import AWS, INTERNET, Flow, Guard, Kind, Node
from secure_constructs.reports._map import (
    EdgeData,
    InputData,
    Map,
    NodeData,
    chosen,
    shortened,
    words_of_type,
)
from secure_constructs.reports._matrix import Control
from secure_constructs.template import Template
from tests.reports import maps

SOUND = maps.sound()
EXPOSED = maps.exposed()


def node(drawn: Map, label: str) -> NodeData:
    return next(one for one in drawn["nodes"] if one["label"] == label)


def way(drawn: Map, label: str) -> InputData:
    return next(one for one in drawn["inputs"] if one["function"] == node(drawn, label)["id"])


def edge(drawn: Map, name: str) -> EdgeData:
    return next(one for one in drawn["edges"] if one["id"] == name)


def control(drawn: Map, label: str, rule: str) -> Control:
    matrix = drawn["matrix"]
    (row,) = [r for r in matrix["rows"] if r["function"] == node(drawn, label)["id"]]
    numbers = [number for cell in row["cells"] for number in cell["controls"]]
    controls = (matrix["controls"][number] for number in numbers)
    return next(one for one in controls if matrix["asked"][one.asked]["rule"] == rule)


def test_a_function_carries_the_verdict_and_the_line() -> None:
    assert node(SOUND, "PlaceOrder")["verdict"] == "behind-waf"
    assert node(SOUND, "Fulfil")["verdict"] == "provenance"
    assert node(SOUND, "PlaceOrder")["source"] == {"file": "app.py", "line": 43}
    assert node(SOUND, "OrdersTable")["verdict"] is None


def test_inputs_come_the_worst_first() -> None:
    order = [words["id"] for words in EXPOSED["verdicts"]]
    ranks = [order.index(one["verdict"]) for one in EXPOSED["inputs"]]

    assert ranks == sorted(ranks)
    assert ranks[0] == order.index("exposed")


def test_a_way_is_written_out_hop_by_hop() -> None:
    hops = [edge(EXPOSED, name) for name in way(EXPOSED, "Refund")["path"]]

    assert [hop["source"] for hop in hops] == ["the internet", "Orders/RefundUrl"]
    assert hops[-1]["target"] == node(EXPOSED, "Refund")["id"]
    assert hops[0]["waf"] == "no"
    assert hops[0]["guard"] == "none"


def test_an_exposed_input_says_where_to_cut_it() -> None:
    cut = way(EXPOSED, "Refund")["cut"]

    assert cut is not None
    assert edge(EXPOSED, cut["edge"])["target"] == "Orders/RefundUrl"
    assert "CloudFront" in cut["fix"]
    assert way(SOUND, "PlaceOrder")["cut"] is None


def test_an_edge_carries_the_worst_verdict_of_what_comes_along() -> None:
    assert edge(EXPOSED, way(EXPOSED, "ImportPrices")["path"][0])["verdict"] == "exposed"
    assert edge(SOUND, way(SOUND, "PlaceOrder")["path"][0])["verdict"] == "provenance"


def test_a_finding_lies_on_its_resource() -> None:
    at = node(EXPOSED, "RefundUrl")

    (number,) = at["findings"]
    finding = EXPOSED["findings"][number]
    assert finding["rule"] == "lambda-url-without-auth"
    assert finding["node"] == at["id"]
    assert finding["gates"] is True


def test_a_finding_on_what_makes_a_connection_lies_on_the_connection() -> None:
    plan = maps.Plan("Shop", {"Fn": "function", "Url": "url", "Permission": "key"})
    plan.join(INTERNET, Flow.REQUEST, "Url", via="Permission")
    plan.join("Url", Flow.HANDOVER, "Fn")
    drawn = maps.drawn(plan, maps.finding(plan, "Permission", "lambda-public", Severity.HIGH))

    assert [one["findings"] for one in drawn["edges"]] == [[0], []]


def test_an_accepted_finding_keeps_its_reason() -> None:
    (accepted,) = [f for f in EXPOSED["findings"] if f["acknowledged"] is not None]

    assert accepted["rule"] == "events-open-bus"
    assert accepted["gates"] is False


def test_a_role_is_drawn_in_the_function_that_alone_acts_with_it() -> None:
    plan = maps.Plan("Shop", {"A": "function", "B": "function", "Own": "role", "Shared": "role"})
    plan.join("A", Flow.IDENTITY, "Own")
    plan.join("A", Flow.IDENTITY, "Shared")
    plan.join("B", Flow.IDENTITY, "Shared")
    drawn = maps.drawn(plan)

    assert node(drawn, "Own")["inside"] == "Shop/A"
    assert node(drawn, "Shared")["inside"] is None
    nodes, edges = chosen(drawn, 10)
    assert [one["label"] for one in nodes] == ["A", "Shared", "B"]
    assert [(one["source"], one["target"]) for one in edges] == [
        ("Shop/A", "Shop/Shared"),
        ("Shop/B", "Shop/Shared"),
    ]


def test_a_power_over_every_role_keeps_no_role_from_its_function() -> None:
    assert node(maps.tangled(), "Do0Role")["inside"] == "Tangled/Do0"
    assert node(maps.tangled(), "read any dynamodb resource")["inside"] is None


def test_a_function_says_what_falls_with_it() -> None:
    blast = node(EXPOSED, "Refund")["blast"]

    assert blast["control"] == ["Orders/Fulfil"]
    assert "Orders/PaymentToken" in blast["read"]


def test_sensitive_data_that_strangers_reach_is_told_with_the_way() -> None:
    targets = {one["target"] for one in EXPOSED["exposures"]}

    assert "Orders/PaymentToken" in targets
    assert node(EXPOSED, "PaymentToken")["sensitive"] is True
    assert SOUND["exposures"] == []


def test_what_could_not_be_read_is_counted() -> None:
    assert EXPOSED["summary"]["unread"] == ["Ledger.Policies.0.Resource"]


def test_a_map_too_large_to_be_read_keeps_the_worst_inputs() -> None:
    large = maps.large()

    nodes, edges = chosen(large, 30)

    assert len(nodes) <= 30
    shown = {one["id"] for one in edges}
    exposed = [one for one in large["inputs"] if one["verdict"] == "exposed"]
    assert set(exposed[0]["path"]) & shown
    assert {one["verdict"] for one in edges} == {"exposed"}


def test_what_joins_everything_gives_way_to_inputs_and_the_data_behind() -> None:
    nodes, edges = chosen(maps.tangled(), 150)

    labels = {one["label"] for one in nodes}
    assert {"the internet", "POST /Do3", "Do3", "Uploads", "Store0"} <= labels
    assert not [label for label in labels if " any " in label]
    assert {one["flow"] for one in edges} == {"request", "handover", "read", "write"}


def test_a_shared_role_is_shown_with_the_data_it_reaches() -> None:
    plan = maps.Plan(
        "Shop", {"A": "function", "B": "function", "Shared": "role", "Idle": "role", "T": "table"}
    )
    power = Node(Kind.ROLE, part="read any dynamodb resource")
    for name in ("A", "B"):
        plan.join(INTERNET, Flow.REQUEST, name)
        plan.join(name, Flow.IDENTITY, "Shared")
        plan.join(name, Flow.IDENTITY, "Idle")
    plan.join("Shared", Flow.WRITE, "T")
    plan.join(power, Flow.READ, "T")

    nodes, _ = chosen(maps.drawn(plan), 150)

    assert [one["label"] for one in nodes] == ["the internet", "A", "Shared", "B", "T"]


def test_every_text_is_printable() -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [text for pair in value.items() for part in pair for text in texts(part)]
        return [text for part in value for text in texts(part)] if isinstance(value, list) else []

    assert [text for text in texts(dict(maps.hostile())) if not text.isprintable()] == []


def test_the_middle_of_a_long_name_is_left_out() -> None:
    assert shortened("abcdefghij", 10) == "abcdefghij"
    assert shortened("abcdefghijk", 10) == "abcde\N{HORIZONTAL ELLIPSIS}hijk"


def test_types_are_written_as_words() -> None:
    assert words_of_type("AWS::Events::EventBus") == "EventBridge event bus"
    assert words_of_type("AWS::ApiGateway::RestApi") == "API Gateway REST API"
    assert words_of_type("AWS::SQS::Queue") == "SQS queue"
    assert words_of_type("Custom::Thing") == "Custom thing"


def test_the_matrix_tells_a_fault_with_its_property_and_line() -> None:
    failed = control(EXPOSED, "Refund", "lambda-url-without-auth")

    assert failed.state == "failed"
    assert failed.evidence == "AuthType: auth is NONE, so anyone may call"
    assert EXPOSED["matrix"]["subjects"][failed.subject] == {
        "resource": "Orders/RefundUrl",
        "source": "app.py:53",
    }


def test_the_matrix_shows_the_property_that_a_control_was_judged_by() -> None:
    held = control(SOUND, "PlaceOrder", "lambda-tracing-declined")

    assert held.state == "passed"
    assert held.evidence == "TracingConfig is set"


def test_the_matrix_repeats_only_what_is_no_secret() -> None:
    plan = maps.Plan("Shop", {"Fn": "function", "Role": "role", "Token": "secret"})
    plan.join("Fn", Flow.IDENTITY, "Role")
    plan.join("Role", Flow.READ, "Token")
    plan.template.body["Resources"]["Token"]["Properties"] = {"SecretString": "hunter2"}

    held = control(maps.drawn(plan), "Fn", "secretsmanager-literal-secret")

    assert held.evidence == "SecretString is set"


def test_what_aws_sends_to_a_function_itself_comes_from_aws() -> None:
    plan = maps.Plan("Shop", {"Rotate": "function"})
    plan.join(AWS, Flow.REQUEST, "Rotate")

    assert way(maps.drawn(plan), "Rotate")["entry"] == "AWS"


def test_the_matrix_tells_what_is_accepted_and_what_is_not_known() -> None:
    plan = maps.Plan("Shop", {"Url": "url", "Fn": "function"})
    plan.join(INTERNET, Flow.REQUEST, "Url", guard=Guard.NONE, waf=Answer.NO)
    plan.join("Url", Flow.HANDOVER, "Fn")
    accepted = maps.finding(plan, "Url", "lambda-url-without-auth", Severity.HIGH)
    unsure = maps.finding(
        plan,
        "Fn",
        "lambda-tracing-declined",
        Severity.LOW,
        certain=False,
        risk=Risk.INADEQUATE_MONITORING,
    )
    drawn = maps.drawn(plan, accepted, unsure, acknowledged={accepted: "partners sign the body"})

    assert control(drawn, "Fn", "lambda-url-without-auth").state == "accepted"
    assert "partners sign" in control(drawn, "Fn", "lambda-url-without-auth").evidence
    assert control(drawn, "Fn", "lambda-tracing-declined").state == "uncertain"


def test_the_state_of_a_cell_is_its_worst_control() -> None:
    (row,) = [
        one for one in EXPOSED["matrix"]["rows"] if one["function"] == node(EXPOSED, "Refund")["id"]
    ]
    states = {cell["risk"]: cell["state"] for cell in row["cells"]}

    assert states[Risk.BROKEN_AUTHENTICATION] == "failed"
    assert states[Risk.OBSOLETE_RESOURCES] == "passed"


@pytest.mark.parametrize("form", ["html", "svg", "mermaid", "assurance"])
def test_every_form_is_written_from_templates(form: str) -> None:
    template = Template(
        {
            "Resources": {
                "Fn": {"Type": "AWS::Lambda::Function", "Properties": {}},
                "Url": {
                    "Type": "AWS::Lambda::Url",
                    "Properties": {"AuthType": "NONE", "TargetFunctionArn": {"Ref": "Fn"}},
                },
                "Open": {
                    "Type": "AWS::Lambda::Permission",
                    "Properties": {
                        "Action": "lambda:InvokeFunctionUrl",
                        "FunctionName": {"Ref": "Fn"},
                        "FunctionUrlAuthType": "NONE",
                        "Principal": "*",
                    },
                },
            }
        }
    )

    report = import_module(f"secure_constructs.reports.{form}")

    text = report.render(assess([template]), attacks_of([template]))
    assert "Fn" in text
    assert "lambda-url-without-auth" in text or "1 exposed" in text


def alarms(count: int) -> maps.Plan:
    names = {f"Alarm{number}": "key" for number in range(count)}
    plan = maps.Plan("Shop", {"Topic": "topic", "Fn": "function", **names})
    for name in names:
        plan.join(AWS, Flow.REQUEST, "Topic", via=name, label="alarm")
    return plan


def test_edges_that_nothing_tells_apart_are_drawn_as_one_with_their_number() -> None:
    drawn = maps.watched()

    assert len(drawn["edges"]) == 44
    (bundle,) = drawn["bundles"]
    assert bundle == {"edges": [one["id"] for one in drawn["edges"]], "words": "44 alarms"}
    (shown,) = chosen(drawn, 10)[1]
    assert (shown["source"], shown["target"]) == ("AWS", "Shop/Topic")
    assert shown["label"] == "44 alarms"


def test_what_is_no_plain_word_is_said_to_be_there_so_often() -> None:
    plan = maps.Plan("Shop", {"Fn": "function", "Table": "table", "A": "key", "B": "key"})
    for via in "AB":
        plan.join("Fn", Flow.WRITE, "Table", via=via, label="dynamodb:PutItem")

    (bundle,) = maps.drawn(plan)["bundles"]
    assert bundle["words"] == "2 \u00d7 dynamodb:PutItem"


def test_an_edge_on_the_way_of_an_input_stays_by_itself() -> None:
    plan = alarms(3)
    plan.join("Topic", Flow.HANDOVER, "Fn")
    drawn = maps.drawn(plan)

    (way,) = drawn["inputs"]
    (bundle,) = drawn["bundles"]
    assert len(bundle["edges"]) == 2
    assert not set(bundle["edges"]) & set(way["path"])


def test_an_edge_with_a_finding_stays_by_itself() -> None:
    plan = alarms(3)
    drawn = maps.drawn(plan, maps.finding(plan, "Alarm1", "alarm-silent", Severity.LOW))

    (bundle,) = drawn["bundles"]
    assert bundle["edges"] == ["e0", "e2"]


def test_edges_of_another_kind_stay_by_themselves() -> None:
    plan = alarms(2)
    plan.join(AWS, Flow.REQUEST, "Topic", via="Fn", label="budget")
    plan.join(AWS, Flow.REQUEST, "Topic", via="Topic", label="alarm", certain=False)
    drawn = maps.drawn(plan)

    assert [bundle["words"] for bundle in drawn["bundles"]] == ["2 alarms"]
    assert len(chosen(drawn, 10)[1]) == 3
