"""Loops and SAM are judged by what CloudFormation makes of them."""

from __future__ import annotations

import builtins
import copy
import socket
from pathlib import Path
from typing import Any

import pytest

from secure_constructs import check_template
from secure_constructs.assessment import UNREADABLE
from secure_constructs.errors import TemplateError
from secure_constructs.findings import SourceLine
from secure_constructs.template import UNRESOLVED, Template, read_template

SERVERLESS = "AWS::Serverless-2016-10-31"
LANGUAGE = "AWS::LanguageExtensions"


def looped(resources: dict[str, Any], **sections: Any) -> Template:
    return Template({"Transform": LANGUAGE, "Resources": resources, **sections})


def topic(name: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}


def test_a_loop_makes_a_resource_for_each_item() -> None:
    template = looped(
        {
            "Fn::ForEach::Topics": [
                "Name",
                ["Orders", "Returns"],
                {"Topic${Name}": topic({"Fn::Sub": "shop-${Name}"})},
            ]
        }
    )

    assert {name: body.text("TopicName") for name, body in template.resources.items()} == {
        "TopicOrders": "shop-Orders",
        "TopicReturns": "shop-Returns",
    }


def test_a_loop_puts_its_item_where_it_is_mentioned() -> None:
    fragment = {"T&{Name}": topic({"Fn::Join": ["-", [{"Ref": "Name"}, "&{Name}", "${Name}"]]})}

    template = looped({"Fn::ForEach::T": ["Name", ["10.0.0.1"], fragment]})

    assert template.resources["T10001"].text("TopicName") == "10.0.0.1-10001-10.0.0.1"


def test_loops_nest() -> None:
    inner = {"Fn::ForEach::B": ["B", ["x", "y"], {"T${A}${B}": topic("${A}${B}")}]}

    template = looped({"Fn::ForEach::A": ["A", ["1", "2"], inner]})

    assert set(template.resources) == {"T1x", "T1y", "T2x", "T2y"}


def test_a_loop_makes_properties_outputs_and_conditions() -> None:
    tags = {"Fn::ForEach::Tags": ["K", ["a", "b"], {"${K}": "of ${K}"}]}
    template = looped(
        {"T": {"Type": "AWS::SSM::Parameter", "Condition": "Isb", "Properties": {"Tags": tags}}},
        Conditions={"Fn::ForEach::C": ["K", ["a", "b"], {"Is${K}": {"Fn::Equals": ["${K}", "b"]}}]},
        Outputs={"Fn::ForEach::O": ["K", ["a", "b"], {"Out${K}": {"Value": "${K}"}}]},
    )

    assert template.resources["T"].get("Tags") == {"a": "of a", "b": "of b"}
    assert template.output("Outa") == "a"


@pytest.mark.parametrize(
    "collection", [{"Ref": "Names"}, {"Fn::FindInMap": ["Shop", "Eu", "Names"]}, ["a", "b"]]
)
def test_a_loop_goes_over_a_parameter_or_a_mapping(collection: Any) -> None:
    template = looped(
        {"Fn::ForEach::T": ["N", collection, {"T${N}": topic("${N}")}]},
        Parameters={"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}},
        Mappings={"Shop": {"Eu": {"Names": ["a", "b"]}}},
    )

    assert set(template.resources) == {"Ta", "Tb"}


def test_a_loop_over_what_is_not_known_is_judged_once() -> None:
    template = looped(
        {"Fn::ForEach::T": ["N", {"Ref": "Names"}, {"T${N}": topic({"Ref": "N"})}]},
        Parameters={"Names": {"Type": "CommaDelimitedList"}},
    )

    assert template.problems == ()
    assert template.resources["TN"].get("TopicName") is UNRESOLVED


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        (["A", ["1"]], "[identifier, collection, {key: value}]"),
        ("A", "[identifier, collection, {key: value}]"),
        (["A", ["1", "2"], {"T": {}}], "makes T twice"),
        (["A", [str(n) for n in range(9_999)], {"T${A}": {}}], "more than 5,000 items"),
    ],
)
def test_a_broken_loop_is_a_problem(loop: Any, said: str) -> None:
    problems = looped({"Fn::ForEach::T": loop}).problems

    assert [p.place for p in problems if said in p.message] == ["Resources.Fn::ForEach::T"]


def test_loops_that_multiply_without_end_are_a_problem() -> None:
    loop: Any = {"T": topic("x" * 1_000)}
    for depth in range(8):
        items = [str(n) for n in range(20)]
        loop = {f"Fn::ForEach::L{depth}": [f"I{depth}", items, loop]}

    assert any("make" in problem.message for problem in looped(loop).problems)


SAM: dict[str, Any] = {
    "Transform": SERVERLESS,
    "Globals": {"Function": {"Runtime": "python3.13", "Handler": "app.handler"}},
    "Resources": {
        "Orders": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "src/",
                "FunctionUrlConfig": {"AuthType": "NONE"},
                "Policies": ["AmazonDynamoDBFullAccess"],
            },
        }
    },
}


SAM_RESOURCES = copy.deepcopy(SAM["Resources"])


def test_sam_is_judged_as_what_it_becomes() -> None:
    template = Template(SAM)

    assert template.problems == ()
    assert template.resources["Orders"].type == "AWS::Lambda::Function"
    assert template.resources["OrdersUrl"].text("AuthType") == "NONE"
    assert "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess" in list(
        template.resources["OrdersRole"].texts("ManagedPolicyArns")
    )


def test_sam_in_memory_is_judged_and_left_as_it_is() -> None:
    body = copy.deepcopy(SAM)
    body["Globals"]["Function"]["CodeUri"] = "src/"

    findings = check_template(body)

    assert "lambda-url-without-auth" in {finding.rule_id for finding in findings}
    assert body["Globals"]["Function"] == {**SAM["Globals"]["Function"], "CodeUri": "src/"}
    assert body["Resources"] == SAM_RESOURCES


def test_sam_is_translated_without_network_or_account(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the translator wants to talk to someone")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    resources = {
        "App": {
            "Type": "AWS::Serverless::Application",
            "Properties": {
                "Location": {
                    "ApplicationId": "arn:aws:serverlessrepo:us-east-1:111122223333:applications/a",
                    "SemanticVersion": "1.0.0",
                }
            },
        },
        "Machine": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {"DefinitionUri": "machine.asl.json"},
        },
        "Layer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layer/"}},
        "Image": {"Type": "AWS::Serverless::Function", "Properties": {"PackageType": "Image"}},
        "Api": {
            "Type": "AWS::Serverless::Api",
            "Properties": {"StageName": "prod", "DefinitionUri": "api.yaml"},
        },
        "Table": {"Type": "AWS::Serverless::SimpleTable"},
    }

    template = Template({"Transform": [SERVERLESS], "Resources": resources})

    assert template.problems == ()
    assert template.of_type("AWS::DynamoDB::Table")


def test_sam_leaves_what_is_known_at_deployment_only() -> None:
    body: dict[str, Any] = {
        "Transform": SERVERLESS,
        "Parameters": {
            "Key": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/shop/key"}
        },
        "Resources": {
            "Orders": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "app.handler",
                    "Environment": {
                        "Variables": {"KEY": {"Ref": "Key"}, "REGION": {"Ref": "AWS::Region"}}
                    },
                },
            }
        },
    }

    body["Resources"]["Orders"]["Properties"] |= {
        "AutoPublishAlias": "live",
        "DeploymentPreference": {"Type": {"Ref": "Key"}},
    }
    resources = Template(body).resources

    variables = resources["Orders"].block("Environment.Variables")
    group = resources["OrdersDeploymentGroup"]
    assert "/shop/key" not in repr(group.body)

    assert variables.get("KEY") is UNRESOLVED
    assert variables.text("REGION") == "${AWS::Region}"


def test_sam_takes_an_alias_that_is_named_at_deployment() -> None:
    function = copy.deepcopy(SAM_RESOURCES["Orders"])
    function["Properties"] |= {
        "AutoPublishAlias": {"Ref": "Stage"},
        "DeploymentPreference": {"Type": "AllAtOnce", "Enabled": {"Ref": "Stage"}},
    }
    body = {**SAM, "Parameters": {"Stage": {"Type": "String"}}, "Resources": {"Orders": function}}

    template = Template(body)

    assert template.problems == ()
    assert template.of_type("AWS::Lambda::Alias")


def test_what_sam_makes_is_found_on_the_line_of_what_made_it(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        f"Transform: {SERVERLESS}\nResources:\n  Orders:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Runtime: python3.13\n      Handler: app.handler\n"
        "      CodeUri: src/\n      FunctionUrlConfig: {AuthType: NONE}\n",
        encoding="utf-8",
    )

    resources = read_template(file).resources

    assert resources["OrdersUrl"].source == SourceLine(file=str(file), line=3)
    assert resources["OrdersRole"].source == SourceLine(file=str(file), line=3)


@pytest.mark.parametrize(
    "properties",
    [
        {"FunctionUrlConfig": 3},
        {"Events": {"A": {"Type": "Api", "Properties": {"Path": 3}}}},
        {"Events": ["A"]},
        {"Policies": [{"Nonsense": []}], "Role": []},
        {"VpcConfig": "none", "Layers": {"a": 1}, "Tags": []},
        [],
    ],
)
def test_what_sam_refuses_is_a_problem_of_the_resource(properties: Any) -> None:
    resource = {"Type": "AWS::Serverless::Function", "Properties": properties}

    findings = check_template({"Transform": SERVERLESS, "Resources": {"Orders": resource}})

    assert UNREADABLE in {finding.rule_id for finding in findings}


def test_names_the_extra_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_sam(name: str, *rest: Any, **named: Any) -> Any:
        if name == "secure_constructs.template._sam":
            raise ModuleNotFoundError("No module named 'samtranslator'", name="samtranslator")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_sam)
    file = tmp_path / "template.yaml"
    file.write_text(f"Transform: {SERVERLESS}\nResources: {{}}\n", encoding="utf-8")

    with pytest.raises(TemplateError, match=r"pip install 'secure-constructs\[sam\]'"):
        read_template(file)
    assert [finding.rule_id for finding in check_template(SAM)] == [UNREADABLE]
