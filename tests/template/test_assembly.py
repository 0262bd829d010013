"""Cloud assemblies are read with every stack, nested stack and stage, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from secure_constructs import check_assembly
from secure_constructs.errors import TemplateError
from secure_constructs.findings import SourceLine
from secure_constructs.template import Assembly, read_assembly

URL = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}}


def write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


def stack(name: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/eu-west-1",
        "properties": {"templateFile": f"{name}.template.json", **properties},
        "displayName": name,
    }


def assembly(folder: Path, **templates: Any) -> Assembly:
    artifacts: dict[str, Any] = {"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}
    for name, resources in templates.items():
        artifacts[name] = stack(name)
        write(folder / f"{name}.template.json", {"Resources": resources})
    write(folder / "manifest.json", {"version": "48.0.0", "artifacts": artifacts})
    return read_assembly(folder)


def test_reads_every_stack(tmp_path: Path) -> None:
    templates = assembly(tmp_path, Shop={"A": URL}, Logs={"B": URL}).templates

    assert {t.origin.stack: list(t.resources) for t in templates} == {"Shop": ["A"], "Logs": ["B"]}


def test_reads_the_stacks_of_stages(tmp_path: Path) -> None:
    assembly(tmp_path / "assembly-Prod", Shop={"A": URL})
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    write(tmp_path / "manifest.json", {"version": "48.0.0", "artifacts": {"Prod": stage}})

    (template,) = read_assembly(tmp_path).templates

    assert list(template.resources) == ["A"]


def test_reads_nested_stacks_and_what_passes_between_them(tmp_path: Path) -> None:
    child = {
        "Parameters": {"Auth": {"Type": "String"}},
        "Resources": {
            "U": {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": {"Ref": "Auth"}}}
        },
        "Outputs": {"Url": {"Value": {"Ref": "U"}}},
    }
    write(tmp_path / "child.nested.template.json", child)
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"Parameters": {"Auth": "NONE"}, "TemplateURL": "https://elsewhere"},
        "Metadata": {"aws:asset:path": "child.nested.template.json"},
    }
    reader = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Value": {"Fn::GetAtt": ["N", "Outputs.Url"]}},
    }

    parent, below = assembly(tmp_path, Shop={"N": nested, "P": reader}).templates

    assert below.resources["U"].text("AuthType") == "NONE"
    assert parent.resources["P"].get("Value").target == below.resources["U"]
    findings = {(f.rule_id, f.logical_id) for f in check_assembly(tmp_path)}
    assert ("lambda-url-without-auth", "U") in findings


def test_finds_a_nested_template_through_the_asset_manifest(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    write(tmp_path / "x.json", {"Resources": {"U": URL}})
    files = {digest: {"source": {"path": "x.json", "packaging": "file"}, "destinations": {}}}
    write(tmp_path / "Shop.assets.json", {"version": "48.0.0", "files": files})
    url = {"Fn::Sub": f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/cdk-assets/{digest}.json"}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}

    _, below = assembly(tmp_path, Shop={"N": nested}).templates

    assert list(below.resources) == ["U"]


def test_resolves_exports_and_outputs_of_sibling_stacks(tmp_path: Path) -> None:
    uses = {
        "I": {"Type": "A::B::C", "Properties": {"X": {"Fn::ImportValue": "bucket"}}},
        "G": {
            "Type": "A::B::C",
            "Properties": {
                "X": {"Fn::GetStackOutput": {"StackName": "Data", "OutputName": "Bucket"}}
            },
        },
    }
    assembly(tmp_path, Data={"B": {"Type": "AWS::S3::Bucket"}}, Shop=uses)
    file = tmp_path / "Data.template.json"
    body = json.loads(file.read_text(encoding="utf-8"))
    body["Outputs"] = {"Bucket": {"Value": {"Ref": "B"}, "Export": {"Name": "bucket"}}}
    write(file, body)

    data, shop = read_assembly(tmp_path).templates

    assert shop.resources["I"].get("X").target == data.resources["B"]
    assert shop.resources["G"].get("X").target == data.resources["B"]


def test_knows_construct_paths_lines_assets_and_the_environment(tmp_path: Path) -> None:
    code = tmp_path / "asset.abc"
    code.mkdir()
    line = str(Path.cwd() / "app.py")
    metadata = {
        "/Shop/Fn/Resource": [
            {"type": "aws:cdk:logicalId", "data": "F"},
            {
                "type": "aws:cdk:creationStack",
                "data": [
                    "...node internals...",
                    "__init__ (/env/site-packages/aws_cdk/aws_lambda/__init__.py:9)",
                    f"<module> ({line}:7)",
                ],
            },
        ],
        "/Shop/Odd": "text",
    }
    write(tmp_path / "Shop.metadata.json", metadata)
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"X": {"Ref": "AWS::Region"}},
        "Metadata": {"aws:asset:path": "asset.abc"},
    }

    (template,) = assembly(tmp_path, Shop={"F": function}).templates

    resource = template.resources["F"]
    assert resource.construct_path == "Shop/Fn"
    assert resource.source == SourceLine(file="app.py", line=7)
    assert resource.asset_path == code
    assert resource.text("X") == "eu-west-1"


@pytest.mark.parametrize("content", [{}, {"artifacts": []}, {"name": "a web app", "icons": []}])
def test_refuses_a_folder_whose_manifest_is_of_something_else(tmp_path: Path, content: Any) -> None:
    write(tmp_path / "manifest.json", content)

    with pytest.raises(TemplateError, match=r"manifest\.json: this is no manifest"):
        read_assembly(tmp_path)


def test_refuses_what_is_no_assembly(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"manifest\.json: there is no such file"):
        read_assembly(tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"manifest\.json: cannot be read"):
        read_assembly(tmp_path)


def test_refuses_an_assembly_that_lacks_a_template(tmp_path: Path) -> None:
    assembly(tmp_path, Shop={})
    (tmp_path / "Shop.template.json").unlink()

    with pytest.raises(TemplateError, match=r"Shop\.template\.json: there is no such file"):
        read_assembly(tmp_path)


def test_refuses_a_nested_stack_that_is_missing_or_contains_itself(tmp_path: Path) -> None:
    nested: dict[str, Any] = {"Type": "AWS::CloudFormation::Stack"}
    nested["Metadata"] = {"aws:asset:path": "gone.json"}
    with pytest.raises(TemplateError, match=r"gone\.json is missing"):
        assembly(tmp_path, Shop={"N": nested})
    nested["Metadata"] = {"aws:asset:path": "Shop.template.json"}
    with pytest.raises(TemplateError, match="contains itself"):
        assembly(tmp_path, Shop={"N": nested})


def test_refuses_a_stage_that_contains_itself(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}
    write(tmp_path / "manifest.json", {"artifacts": {"Prod": stage}})

    with pytest.raises(TemplateError, match="the stage Prod contains itself"):
        read_assembly(tmp_path)


def test_refuses_nested_stacks_that_multiply_without_end(tmp_path: Path) -> None:
    def nested(level: int) -> dict[str, Any]:
        metadata = {"aws:asset:path": f"L{level}.template.json"}
        return {"Type": "AWS::CloudFormation::Stack", "Metadata": metadata}

    for level in range(1, 13):
        below = {name: nested(level + 1) for name in "AB"} if level < 12 else {"U": URL}
        write(tmp_path / f"L{level}.template.json", {"Resources": below})

    with pytest.raises(TemplateError, match="more than 4,000 stacks"):
        assembly(tmp_path, Shop={name: nested(1) for name in "ABC"})
