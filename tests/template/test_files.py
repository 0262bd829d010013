"""Template files of every kind are read as CloudFormation reads them, or refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from secure_constructs import assessment
from secure_constructs.errors import TemplateError
from secure_constructs.findings import SourceLine
from secure_constructs.template import read_template
from secure_constructs.template.files import read_body, read_document

BUCKET = "Resources:\n  Orders:\n    Type: AWS::S3::Bucket\n"


def written(folder: Path, text: str | bytes, name: str = "template.yaml") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def value_of(folder: Path, yaml: str) -> Any:
    return read_body(written(folder, f"Value: {yaml}\n"))["Value"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Orders", {"Ref": "Orders"}),
        ("!Ref 123", {"Ref": "123"}),
        ("!Condition Prod", {"Condition": "Prod"}),
        ("!GetAtt Orders.Arn", {"Fn::GetAtt": ["Orders", "Arn"]}),
        ("!GetAtt Nested.Outputs.Arn", {"Fn::GetAtt": ["Nested", "Outputs.Arn"]}),
        ("!GetAtt [Orders, Arn]", {"Fn::GetAtt": ["Orders", "Arn"]}),
        ('!Sub "${Orders}/*"', {"Fn::Sub": "${Orders}/*"}),
        ('!Sub ["${a}", {a: !Ref B}]', {"Fn::Sub": ["${a}", {"a": {"Ref": "B"}}]}),
        ("!If [Prod, 1, !Ref N]", {"Fn::If": ["Prod", 1, {"Ref": "N"}]}),
        ('!Join ["-", [a, b]]', {"Fn::Join": ["-", ["a", "b"]]}),
        ('!Select [0, !Split [",", "a,b"]]', {"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]}),
        ("!FindInMap [A, !Ref B, c]", {"Fn::FindInMap": ["A", {"Ref": "B"}, "c"]}),
        ("!Base64 text", {"Fn::Base64": "text"}),
        ("!Base64\n  Fn::Sub: text", {"Fn::Base64": {"Fn::Sub": "text"}}),
        ('!Cidr ["10.0.0.0/16", 6, 8]', {"Fn::Cidr": ["10.0.0.0/16", 6, 8]}),
        ("!ImportValue other", {"Fn::ImportValue": "other"}),
        ("!ImportValue\n  Fn::Sub: a", {"Fn::ImportValue": {"Fn::Sub": "a"}}),
        ("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}),
        (
            "!And [!Condition A, !Condition B]",
            {"Fn::And": [{"Condition": "A"}, {"Condition": "B"}]},
        ),
        ("!Or [!Equals [a, b]]", {"Fn::Or": [{"Fn::Equals": ["a", "b"]}]}),
        ("!Not [!Condition A]", {"Fn::Not": [{"Condition": "A"}]}),
        ('!GetAZs ""', {"Fn::GetAZs": ""}),
        ("!ToJsonString {a: 1}", {"Fn::ToJsonString": {"a": 1}}),
        ("!Length [a]", {"Fn::Length": ["a"]}),
    ],
)
def test_short_functions_mean_the_long_ones(tmp_path: Path, short: str, long: Any) -> None:
    assert value_of(tmp_path, short) == long


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("2012-10-17", "2012-10-17"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("yes", True),
        ("off", False),
        ('"yes"', "yes"),
        ("y", "y"),
        ("~", None),
        ("", None),
        ("3", 3),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("0123", "0123"),
        ("012345678901", "012345678901"),
        ("0x1F", "0x1F"),
        ("22:22", "22:22"),
        ("1_000", "1_000"),
        ("9" * 5_000, "9" * 5_000),
        ("!!str 3", "3"),
        ("! 3", "3"),
        ("!!int '3'", 3),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("=", "="),
    ],
)
def test_scalars_are_read_as_cloudformation_reads_them(
    tmp_path: Path, written_as: str, value: Any
) -> None:
    found = value_of(tmp_path, written_as)

    assert found == value
    assert type(found) is type(value)


def test_keys_stay_as_they_are_written(tmp_path: Path) -> None:
    body = read_body(written(tmp_path, "yes: 1\n012345678901: 2\n2012-10-17: 3\n"))

    assert body == {"yes": 1, "012345678901": 2, "2012-10-17": 3}


def test_aliases_and_merges_are_followed(tmp_path: Path) -> None:
    text = (
        "A: &a {x: 1, y: 1}\nB: &b {y: 2, z: 2}\nC:\n  <<: [*a, *b]\n  z: 3\nD: *a\nE: {<<: *b}\n"
    )

    body = read_body(written(tmp_path, text))

    assert body["C"] == {"x": 1, "y": 1, "z": 3}
    assert body["D"] == {"x": 1, "y": 1}
    assert body["E"] == {"y": 2, "z": 2}


def test_knows_the_line_of_each_resource_in_yaml(tmp_path: Path) -> None:
    text = "# orders\nResources:\n\n  Orders:\n    Type: AWS::S3::Bucket\n  Logs: {Type: A::B::C}\n"
    file = written(tmp_path, text)

    template = read_template(file)

    assert template.resources["Orders"].source == SourceLine(file=str(file), line=4)
    assert template.resources["Logs"].source == SourceLine(file=str(file), line=6)


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_knows_the_line_of_each_resource_in_json(tmp_path: Path, indent: int | None) -> None:
    body = {
        "Description": 'a "Resources": {"Orders": trap',
        "Metadata": {"Resources": {"Orders": 1}},
        "Resources": {"Orders": {"Type": "AWS::S3::Bucket"}, "Lögs": {"Type": "AWS::SQS::Queue"}},
    }
    text = json.dumps(body, indent=indent)
    lines = text.splitlines()
    file = written(tmp_path, f"\n{text}", "template.json")

    found = read_document(file).lines

    expected = [n for n, line in enumerate(lines, 2) if '"Orders": {' in line][-1]
    assert found["Orders"] == expected
    assert found["Lögs"] == (expected if indent is None else expected + 3)


def test_takes_json_and_yaml_by_their_content(tmp_path: Path) -> None:
    as_json = '{"Resources": {"Orders": {"Type": "AWS::S3::Bucket"}}}'

    assert read_template(written(tmp_path, as_json, "a.template")).resources.keys() == {"Orders"}
    assert read_template(written(tmp_path, BUCKET, "b.template")).resources.keys() == {"Orders"}
    assert read_template(written(tmp_path, as_json, "c.yaml")).resources.keys() == {"Orders"}


def test_takes_a_byte_order_mark(tmp_path: Path) -> None:
    file = written(tmp_path, b"\xef\xbb\xbf" + BUCKET.encode())

    assert read_template(file).resources.keys() == {"Orders"}


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", "", "empty"),
        (" \n\t\n", "", "empty"),
        ("hello", "", "a string, not a CloudFormation template"),
        ("- a", "", "a list, not a CloudFormation template"),
        ("A: 1", "", "no Resources section"),
        ("Resources: [", "line 2, column 1", "broken YAML"),
        ("A: b\n\tB: c", "line 2, column 1", "broken YAML"),
        ("A: 1\nB: 2\nA: 3", "line 3", "the key A is given twice"),
        ("A: {b: 1, b: 2}", "line 1", "the key b is given twice"),
        ("A: *b", "line 1", "*b has no anchor before it"),
        ("A: &a [*a]", "line 1", "*a contains itself"),
        ("A:\n  <<: 3", "line 2", "<< merges something that is no map"),
        ("A: 1\n---\nB: 2", "line 2", "a second document begins"),
        ("? [a]\n: b", "line 1", "where a key belongs"),
        ("!Ref a: b", "line 1", "where a key belongs"),
        ("A: !!binary aGk=", "line 1", "CloudFormation takes no !!binary"),
        ("A: !!set {a, b}", "line 1", "CloudFormation takes no !!set"),
        ("A: !!python/object/apply:os.system [ls]", "line 1", "takes no !!python"),
        ("A: \x01", "line 1", "U+0001"),
        ("A: " + "[" * 500, "line 1", "nested too deep"),
        (BUCKET + "    Properties: [a]", "line 2, Resources.Orders.Properties", "a list where"),
        ("Resources:\n  Orders:\n    Properties: {}", "line 2, Resources.Orders", "has no Type"),
        ("Resources: {Orders: text}", "line 1, Resources.Orders", "not a resource"),
        ("Resources: []", "Resources", "a list where a map belongs"),
        (
            BUCKET + "    Properties: {BucketName: !Reff a}",
            "line 2, Resources.Orders.Properties.BucketName",
            "Fn::Reff is no intrinsic function",
        ),
        (
            "Resources:\n  P: {Type: AWS::S3::BucketPolicy, Properties: {PolicyDocument: oops}}",
            "line 2, Resources.P.Properties.PolicyDocument",
            "a string that is not JSON",
        ),
        (
            "Resources:\n  A: {Type: A::B::C, DependsOn: B}\n  B: {Type: A::B::C, DependsOn: A}",
            "line 2, Resources.A",
            "A -> B -> A",
        ),
    ],
)
def test_refuses_what_is_no_sound_yaml(tmp_path: Path, text: str, place: str, said: str) -> None:
    assert_refused(written(tmp_path, text), place, said)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('{"Resources": {', "line 1, column 16", "broken JSON"),
        ('{"A": 1,}', "line 1, column", "broken JSON"),
        ("hello", "line 1, column 1", "broken JSON"),
        ('{"A": NaN}', "", "NaN is no JSON value"),
        ('{"A": ' + "9" * 5_000 + "}", "", "a number has more than 4,000 digits"),
        ("[" * 100_000, "", "nested too deep"),
        ('{"A": 1,\n "A": 2, "B": 3}', "line 2", "the key A is given twice"),
        (
            '{"Resources": {\n"Orders": {"Type": "A::B::C", "Type": "D::E::F"}}}',
            "line 2, Resources.Orders",
            "the key Type is given twice",
        ),
        (
            '{"Resources": {"A": {},\n"A": {}}, "B": 1}',
            "line 2, Resources",
            "the key A is given twice",
        ),
    ],
)
def test_refuses_what_is_no_sound_json(tmp_path: Path, text: str, place: str, said: str) -> None:
    assert_refused(written(tmp_path, text, "template.json"), place, said)


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "byte 8", "binary"),
        (BUCKET.encode("utf-16"), "", "UTF-16"),
        (BUCKET.encode("utf-32"), "", "UTF-16 or UTF-32"),
        (b"A: 1\nB: \xff", "line 2", "0xff is no UTF-8"),
        (b"#" * 5 * 1024 * 1024, "", "5.0 MB, and CloudFormation takes 1 MB"),
    ],
)
def test_refuses_what_is_no_text(tmp_path: Path, content: bytes, place: str, said: str) -> None:
    assert_refused(written(tmp_path, content), place, said)


def test_refuses_what_is_not_there(tmp_path: Path) -> None:
    assert_refused(tmp_path / "missing.yaml", "", "there is no such file")
    assert_refused(tmp_path, "", "this is a folder")
    assert_refused(tmp_path / "zero\0.yaml", "", "cannot be read")


def test_refuses_aliases_that_multiply_without_end(tmp_path: Path) -> None:
    lines = ["L0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"L{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert_refused(written(tmp_path, "\n".join(lines)), "line 7", "aliases expand to more than")


def test_says_all_that_is_wrong_with_a_template(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(written(tmp_path, "Resources:\n  A: {}\n  B: text\n"))

    assert [problem.place for problem in caught.value.problems] == [
        "line 2, Resources.A",
        "line 3, Resources.B",
    ]


def test_a_finding_names_the_line_of_the_template(tmp_path: Path) -> None:
    text = "Resources:\n  Url:\n    Type: AWS::Lambda::Url\n    Properties: {AuthType: NONE}\n"
    file = written(tmp_path, text)

    findings = assessment.assess([read_template(file)]).findings

    (source,) = {f.source for f in findings if f.rule_id == "lambda-url-without-auth"}
    assert source == SourceLine(file=str(file), line=2)


def assert_refused(file: Path, place: str, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(file)

    problem = caught.value.problems[0]
    assert problem.place.startswith(place)
    assert bool(problem.place) == bool(place)
    assert said in problem.message
    assert str(caught.value).startswith(f"{file}: ")
    assert len(str(problem).splitlines()) == 1


@pytest.mark.parametrize(
    "function",
    [
        "{Type: AWS::Lambda::Function, Properties: {Code: src}}",
        "{Type: AWS::Serverless::Function, Properties: {CodeUri: ./src/, Handler: a.b}}",
    ],
)
def test_knows_the_code_that_lies_beside_the_template(tmp_path: Path, function: str) -> None:
    (tmp_path / "src").mkdir()
    transform = "Transform: AWS::Serverless-2016-10-31\n" if "Serverless" in function else ""
    shared = "Globals: {Function: {Runtime: python3.13}}\n" if transform else ""
    file = written(tmp_path, f"{transform}{shared}Resources:\n  Orders: {function}\n")

    assert read_template(file).resources["Orders"].asset_path == tmp_path / "src"


@pytest.mark.parametrize("code", ["s3://b/k", "missing", "/etc", "{S3Bucket: b}", '"a\\0b"', "3"])
def test_takes_nothing_else_for_code(tmp_path: Path, code: str) -> None:
    file = written(
        tmp_path, f"Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Code: {code}}}}}"
    )

    assert read_template(file).resources["F"].asset_path is None
