import gc
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_lambda, aws_sqs
from constructs import Construct, IConstruct

from secure_constructs import guardrails, rules
from secure_constructs._violations import FATAL, violation
from secure_constructs.acknowledgments import HIDDEN_IN_STAGE, WITHOUT_MATCH
from secure_constructs.assessment import (
    DEFECT,
    UNREADABLE,
    WITHOUT_REASON,
    Assessment,
    Defect,
    assess,
    reported,
)
from secure_constructs.config import Config
from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.guardrails import (
    GuardrailAspect,
    Guardrails,
    guard,
    synth,
)
from secure_constructs.rules import Example, Rule
from secure_constructs.template import Resource, Template

pytestmark = pytest.mark.synth

RULE = "lambda-url-without-auth"
OURS = "Secure Constructs"
OURS_ID = f"Secure-Constructs::{RULE}"
ADVICE = "Secure Constructs Advice"


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    return cdk.App(outdir=str(tmp_path / "cdk.out"))


def open_url(scope: Construct, name: str = "Url") -> aws_lambda.CfnUrl:
    return aws_lambda.CfnUrl(scope, name, auth_type="NONE", target_function_arn="fn")


def acknowledge(scope: IConstruct, rule: str = RULE, reason: str = "a public form") -> None:
    identity = rule if "::" in rule else f"Secure-Constructs::{rule}"
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=identity, reason=reason))


class Outcome:
    """What a synth came to, as CDK recorded it."""

    def __init__(self, app: cdk.App, *, force: bool = False) -> None:
        self.error = ""
        try:
            app.synth(force=force)
        except RuntimeError as error:
            self.error = str(error)
        file = Path(app.outdir, "validation-report.json")
        self.plugins = json.loads(file.read_text())["pluginReports"] if file.exists() else []

    def entries(self, kind: str, plugin: str | None) -> Iterator[Mapping[str, Any]]:
        for report in self.plugins:
            if plugin in {None, report["pluginName"]}:
                yield from report.get(kind, ())

    def violations(
        self, plugin: str | None = None, kind: str = "violations"
    ) -> list[tuple[str, str, str]]:
        return sorted(
            (
                violation["ruleName"].removeprefix("Secure-Constructs::"),
                violation["severity"],
                construct["constructPath"],
            )
            for violation in self.entries(kind, plugin)
            for construct in violation["violatingConstructs"]
        )

    def of(self, rule: str) -> Mapping[str, Any]:
        (violation,) = (
            each
            for each in self.entries("violations", None)
            if each["ruleName"] == f"Secure-Constructs::{rule}"
        )
        return violation

    def accepted(self) -> list[tuple[str, str, str]]:
        return [
            (each["ruleName"], each["acknowledgedAt"], each["reason"])
            if "acknowledgedAt" in each
            else (each["ruleName"], "", each["reason"])
            for each in self.entries("suppressedViolations", None)
        ]


def test_fails_the_synth_and_says_what_where_why_and_how(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    url = open_url(stack)
    guard(app)
    outcome = Outcome(app)
    assert "auth is NONE, so anyone may call" in outcome.error
    violation = outcome.of(RULE)
    assert violation["severity"] == "error"
    assert violation["description"] == f"high {RULE}: auth is NONE, so anyone may call"
    assert violation["suggestedFix"].splitlines() == [
        "set auth_type=FunctionUrlAuthType.AWS_IAM, or put a SecureApi in front",
        f'accept: Validations.of(url).acknowledge(Acknowledgment(id="{OURS_ID}", reason="..."))',
        "why: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    ]
    (construct,) = violation["violatingConstructs"]
    assert construct["constructPath"] == "Shop/Url"
    assert construct["cloudFormationResource"] == {
        "templatePath": "Shop.template.json",
        "logicalId": stack.resolve(url.logical_id),
        "propertyPaths": ["Properties.AuthType"],
    }
    assert violation["ruleMetadata"]["severity"] == "high"
    assert violation["ruleMetadata"]["risk"] == "SAS-2"


def test_names_the_line_that_made_the_construct(app: cdk.App) -> None:
    open_url(cdk.Stack(app, "Shop"))
    guard(app)
    (construct,) = Outcome(app).of(RULE)["violatingConstructs"]
    line = open_url.__code__.co_firstlineno + 1
    assert f"({Path(__file__)}:{line})" in construct["stackTraces"][0]


def test_passes_an_app_without_findings(app: cdk.App) -> None:
    aws_lambda.CfnUrl(cdk.Stack(app, "Shop"), "Url", auth_type="AWS_IAM", target_function_arn="fn")
    guard(app)
    outcome = Outcome(app)
    assert not outcome.error
    assert outcome.violations() == []


def test_reports_findings_below_the_gate_as_warnings_of_a_second_plugin(app: cdk.App) -> None:
    open_url(cdk.Stack(app, "Shop"))
    guard(app, gate=Severity.CRITICAL)
    outcome = Outcome(app)
    assert not outcome.error
    assert outcome.violations(OURS) == []
    assert outcome.violations(ADVICE) == [(RULE, "warning", "Shop/Url")]


def test_reports_everything_itself_when_registered_alone(app: cdk.App) -> None:
    open_url(cdk.Stack(app, "Shop"))
    cdk.Validations.of(app).add_plugins(Guardrails(config=Config(gate=Severity.CRITICAL)))
    outcome = Outcome(app)
    assert not outcome.error
    assert outcome.violations(OURS) == [(RULE, "warning", "Shop/Url")]


SETTINGS = f"""
gate = "low"

[[waivers]]
rule = "{RULE}"
path = "Shop/Url"
reason = "a public form"
owner = "shop@example.com"
expires = %s
"""


def settings(folder: Path, monkeypatch: pytest.MonkeyPatch, *, expires: str) -> None:
    (folder / "secure-constructs.toml").write_text(SETTINGS % expires)
    monkeypatch.chdir(folder)


def test_judges_by_the_nearest_configuration_file(
    app: cdk.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(tmp_path, monkeypatch, expires="2020-01-31")
    open_url(cdk.Stack(app, "Shop"))
    guard(app)
    outcome = Outcome(app)
    assert (RULE, "error", "Shop/Url") in outcome.violations(OURS)
    assert "waiver-expired" in {rule for rule, _, _ in outcome.violations()}


def test_lets_a_waived_finding_pass_with_its_reason_as_a_warning(
    app: cdk.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(tmp_path, monkeypatch, expires="2999-01-31")
    open_url(cdk.Stack(app, "Shop"))
    guard(app)
    outcome = Outcome(app)
    assert not outcome.error
    assert outcome.violations() == [(RULE, "warning", "Shop/Url")]
    assert "waived: a public form" in outcome.of(RULE)["description"]


@pytest.mark.parametrize("at", ["", "Prod", "Prod/Shop", "Prod/Shop/Web", "Prod/Shop/Web/Url"])
@pytest.mark.parametrize("gate", [Severity.HIGH, Severity.CRITICAL])
def test_takes_an_acknowledgment_with_its_reason(app: cdk.App, at: str, gate: Severity) -> None:
    stage = cdk.Stage(app, "Prod")
    stack = cdk.Stack(stage, "Shop")
    web = Construct(stack, "Web")
    url = open_url(web)
    guard(app, gate=gate)
    scopes = {"": app, "Prod": stage, "Prod/Shop": stack, "Prod/Shop/Web": web}
    acknowledge(scopes.get(at, url))
    outcome = Outcome(app)
    assert not outcome.error
    assert outcome.violations() == []
    assert outcome.accepted() == [(f"Secure-Constructs::{RULE}", at, "a public form")]


def test_takes_an_acknowledgment_at_the_l1_of_an_l2(app: cdk.App) -> None:
    function = aws_lambda.Function(
        cdk.Stack(app, "Shop"),
        "Checkout",
        runtime=aws_lambda.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=aws_lambda.Code.from_inline("def handler(event, context): ..."),
    )
    url = function.add_function_url(auth_type=aws_lambda.FunctionUrlAuthType.NONE)
    default = url.node.default_child
    assert default is not None
    acknowledge(default)
    guard(app)
    outcome = Outcome(app)
    assert not outcome.error
    assert WITHOUT_MATCH not in {rule for rule, _, _ in outcome.violations()}


def test_an_acknowledgment_holds_below_its_construct_only(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    acknowledge(open_url(stack, "Form"))
    open_url(stack, "FormAdmin")
    guard(app)
    outcome = Outcome(app)
    assert (RULE, "error", "Shop/FormAdmin") in outcome.violations()
    assert (RULE, "error", "Shop/Form") not in outcome.violations()


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (f"Secure-Constructs::{RULE}", f"{RULE} finds nothing at Shop/Queue or below"),
        ("Secure-Constructs::lambda-url-without-aut", "there is no rule lambda-url-without-aut"),
        (f"SecureConstructs::{RULE}", f"SecureConstructs::{RULE} names no finding of ours"),
    ],
)
def test_an_acknowledgment_that_matches_nothing_is_a_finding(
    app: cdk.App, identity: str, message: str
) -> None:
    acknowledge(aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue"), identity)
    guard(app)
    violation = Outcome(app).of(WITHOUT_MATCH)
    assert violation["severity"] == "warning"
    assert message in violation["description"]
    assert violation["violatingConstructs"][0]["constructPath"] == "Shop/Queue"


def test_an_acknowledgment_without_namespace_is_a_finding(app: cdk.App) -> None:
    url = open_url(cdk.Stack(app, "Shop"))
    cdk.Validations.of(url).acknowledge(cdk.Acknowledgment(id=RULE, reason="a public form"))
    guard(app)
    outcome = Outcome(app)
    assert outcome.error
    assert f"write Secure-Constructs::{RULE}" in outcome.of(WITHOUT_MATCH)["suggestedFix"]


@pytest.mark.parametrize("at", ["app", "stage"])
def test_a_stale_acknowledgment_above_the_stacks_is_a_finding(app: cdk.App, at: str) -> None:
    stage = cdk.Stage(app, "Prod")
    aws_sqs.CfnQueue(cdk.Stack(stage, "Shop"), "Queue")
    acknowledge(app if at == "app" else stage)
    guard(app)
    violation = Outcome(app).of(WITHOUT_MATCH)
    assert violation["violatingConstructs"][0]["constructPath"] == ("" if at == "app" else "Prod")


def test_a_stage_does_not_judge_acknowledgments_of_the_whole_app(app: cdk.App) -> None:
    open_url(cdk.Stack(app, "Shop"))
    stage = cdk.Stage(app, "Prod")
    aws_sqs.CfnQueue(cdk.Stack(stage, "Shop"), "Queue")
    acknowledge(app)
    cdk.Validations.of(stage).add_plugins(Guardrails())
    assert WITHOUT_MATCH not in {rule for rule, _, _ in Outcome(app).violations()}


def test_leaves_acknowledgments_of_other_tools_alone(app: cdk.App) -> None:
    acknowledge(
        aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue"), "AwsSolutions::AwsSolutions-SQS3"
    )
    guard(app)
    rules = {rule for rule, _, _ in Outcome(app).violations()}
    assert WITHOUT_MATCH not in rules


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_acknowledgment_without_reason_fails_the_synth(app: cdk.App, reason: str) -> None:
    acknowledge(open_url(cdk.Stack(app, "Shop")), reason=reason)
    guard(app, gate=Severity.CRITICAL)
    outcome = Outcome(app)
    assert outcome.error
    assert outcome.violations(OURS) == [(WITHOUT_REASON, "fatal", "Shop/Url")]


def test_a_missing_reason_cannot_be_accepted(app: cdk.App) -> None:
    url = open_url(cdk.Stack(app, "Shop"))
    acknowledge(url, reason="")
    acknowledge(url, WITHOUT_REASON, reason="we never say why")
    guard(app)
    outcome = Outcome(app)
    assert outcome.error
    assert (WITHOUT_REASON, "fatal", "Shop/Url") in outcome.violations(OURS)


class _Fails(Rule):
    """
    The rule itself fails.

    As rules written in a hurry do.
    """

    id = "sqs-rule-fails"
    control = "test.fails"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SQS::Queue",)
    fix = "mend the rule"
    references = ("https://docs.aws.amazon.com/",)
    passes: ClassVar[tuple[Example, ...]] = ()
    fails: ClassVar[tuple[Example, ...]] = ()
    error: BaseException = RuntimeError("boom")

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        raise self.error


@pytest.mark.parametrize(
    "error", [RuntimeError("boom"), SystemExit(0), KeyboardInterrupt(), GeneratorExit()]
)
def test_an_error_in_a_rule_is_fatal_and_cannot_be_acknowledged(
    app: cdk.App, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    rule = _Fails()
    rule.error = error
    monkeypatch.setattr(
        guardrails, "assess", lambda found, config: assess(found, config=config, rules=[rule])
    )
    aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue")
    acknowledge(app, DEFECT)
    guard(app)
    outcome = Outcome(app)
    assert outcome.error
    violation = outcome.of(DEFECT)
    assert violation["severity"] == "fatal"
    assert type(error).__name__ in violation["suggestedFix"]


def test_a_defect_brings_the_traceback_of_its_own_rule_only() -> None:
    defects = [
        Defect(rule_id=rule, logical_id="Queue", trace=f"trace of {rule}\n")
        for rule in ("sqs-rule", "sqs-rule-fails")
    ]
    failed = replace(_assessment(), defects=tuple(defects))
    said = violation(reported(defects[1]), FATAL, failed)
    assert "trace of sqs-rule-fails" in said["fix"]
    assert "trace of sqs-rule\n" not in said["fix"]


def _finding(**changed: Any) -> Finding:
    return replace(
        Finding(
            rule_id="sqs-something",
            control="test.something",
            risk=Risk.INSECURE_DEPLOYMENT,
            severity=Severity.LOW,
            certain=True,
            message="something is off",
            fix="put it right",
            logical_id="Queue",
            resource_type="AWS::SQS::Queue",
            property_path="",
        ),
        **changed,
    )


def _assessment(*findings: Any, resources: int = 1) -> Assessment:
    return Assessment(findings=findings, acknowledged={}, config=Config(), resources=resources)


_VERDICTS: dict[str, Any] = {
    "nothing": None,
    "a map": {"findings": ()},
    "no resource judged": _assessment(resources=0),
    "a text for a finding": _assessment("a finding"),
    "a severity in capitals": _assessment(_finding(severity="HIGH")),
    "no severity": _assessment(_finding(severity=None)),
    "no fix": _assessment(_finding(fix=None)),
    "a reference in bytes": _assessment(_finding(references=(b"https://",))),
    "a number for a message's rule": _assessment(_finding(logical_id=3, template="x")),
}


@pytest.mark.parametrize("verdict", _VERDICTS.values(), ids=_VERDICTS)
def test_a_malformed_verdict_is_fatal(
    app: cdk.App,
    monkeypatch: pytest.MonkeyPatch,
    verdict: Any,
) -> None:
    monkeypatch.setattr(guardrails, "assess", lambda *_, **__: verdict)
    aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue")
    guard(app)
    outcome = Outcome(app)
    assert "so nothing is known to be safe" in outcome.error
    assert (DEFECT, "fatal", "") in outcome.violations(OURS)


@pytest.fixture
def forgotten_rules() -> Iterator[None]:
    """Look for the rules anew in a test, and again after it."""
    found = (rules.rules_for, rules._by_kind, rules._folders)
    for each in found:
        each.cache_clear()
    yield
    for each in found:
        each.cache_clear()


@pytest.mark.usefixtures("forgotten_rules")
@pytest.mark.parametrize("left", ["", "aws_sqs/__init__.py"], ids=["no folder", "an empty folder"])
def test_an_engine_without_rules_is_fatal(
    app: cdk.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    if left:
        (tmp_path / left).parent.mkdir()
        (tmp_path / left).touch()
    monkeypatch.setattr(rules, "__file__", str(tmp_path / "__init__.py"))
    aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue")
    guard(app)
    assert (DEFECT, "fatal", "") in Outcome(app).violations(OURS)


@jsii.implements(cdk.IPolicyValidationPlugin)
class _Spoils:
    """Changes the assembly before the guardrails read it."""

    def __init__(self, spoil: Callable[[Path], Any]) -> None:
        self._spoil = spoil

    version = rule_ids = None

    @property
    def name(self) -> str:
        return "Spoils"

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        self._spoil(Path(context.template_paths[0]))
        return cdk.PolicyValidationPluginReport(success=True, violations=[])


@pytest.mark.parametrize(
    "spoil",
    [
        Path.unlink,
        lambda file: file.write_text("{"),
        lambda file: file.write_text("[]"),
        lambda file: file.with_name("manifest.json").unlink(),
        lambda file: file.with_name("manifest.json").write_text('{"artifacts": {}}'),
    ],
    ids=["missing", "cut short", "no template", "no manifest", "not in the manifest"],
)
def test_a_template_that_cannot_be_read_fails_the_synth(
    app: cdk.App, spoil: Callable[[Path], None]
) -> None:
    aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue")
    cdk.Validations.of(app).add_plugins(_Spoils(spoil))
    guard(app, gate=Severity.CRITICAL)
    outcome = Outcome(app)
    assert outcome.error
    ((rule, severity, path),) = outcome.violations(OURS)
    assert rule == UNREADABLE
    assert severity in {"fatal", "error"}
    assert path in {"", "Shop"}


@pytest.mark.parametrize("content", ['{"name": "a web app"}', "[]", "{"])
def test_a_manifest_of_something_else_beside_the_assembly_is_left_alone(
    app: cdk.App, tmp_path: Path, content: str
) -> None:
    (tmp_path / "manifest.json").write_text(content)
    open_url(cdk.Stack(app, "Shop"))
    guard(app)
    assert Outcome(app).violations(OURS) == [(RULE, "error", "Shop/Url")]


def test_metadata_that_cannot_be_read_fails_the_synth(app: cdk.App) -> None:
    acknowledge(open_url(cdk.Stack(app, "Shop")))

    def spoil(file: Path) -> None:
        file.with_name("Shop.metadata.json").write_text("{")

    cdk.Validations.of(app).add_plugins(_Spoils(spoil))
    guard(app)
    outcome = Outcome(app)
    assert (UNREADABLE, "fatal", "") in outcome.violations(OURS)


def test_judges_nested_stacks(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    open_url(cdk.NestedStack(cdk.NestedStack(stack, "Front"), "Form"))
    guard(app)
    outcome = Outcome(app)
    assert outcome.violations(OURS) == [(RULE, "error", "Shop/Front/Form/Url")]


def test_takes_an_acknowledgment_in_a_nested_stack(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    nested = cdk.NestedStack(stack, "Front")
    acknowledge(open_url(nested))
    open_url(stack)
    guard(app)
    assert Outcome(app).violations(OURS) == [(RULE, "error", "Shop/Url")]


def test_judges_stages_and_says_at_the_root_that_they_have_findings(app: cdk.App) -> None:
    open_url(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"))
    guard(app)
    outcome = Outcome(app)
    assert outcome.violations(OURS) == [
        (HIDDEN_IN_STAGE, "error", ""),
        (RULE, "error", "Prod/Shop/Url"),
    ]
    assert f"high {RULE} Prod/Shop/Url" in outcome.of(HIDDEN_IN_STAGE)["description"]


def test_findings_of_a_nested_stack_name_its_stage(app: cdk.App) -> None:
    stack = cdk.Stack(cdk.Stage(app, "Prod"), "Shop")
    open_url(cdk.NestedStack(cdk.NestedStack(stack, "Orders"), "Payments"))
    guard(app)
    said = Outcome(app).of(HIDDEN_IN_STAGE)["description"]
    assert "1 finding gates in stage Prod:" in said


def test_says_nothing_at_the_root_about_accepted_findings_of_a_stage(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Prod")
    open_url(cdk.Stack(stage, "Shop"))
    acknowledge(stage)
    guard(app)
    outcome = Outcome(app)
    assert not outcome.error
    assert outcome.violations() == []


def test_who_deploys_stages_one_by_one_accepts_the_hint_at_the_root(app: cdk.App) -> None:
    open_url(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"))
    acknowledge(app, HIDDEN_IN_STAGE, "CI checks cdk.out")
    guard(app)
    assert Outcome(app).violations() == [(RULE, "error", "Prod/Shop/Url")]


def test_says_nothing_at_the_root_about_stages_the_cli_validates(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Prod")
    open_url(cdk.Stack(stage, "Shop"))
    stage.synth(validate_on_synthesis=True)
    guard(app)
    assert Outcome(app).violations(OURS) == [(RULE, "error", "Prod/Shop/Url")]


@jsii.implements(cdk.IAspect)
class _Opens:
    """Overrides a template late, as an Aspect of the user's may."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, aws_lambda.CfnUrl):
            node.add_property_override("AuthType", "NONE")


def test_sees_an_override_that_a_later_aspect_makes(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    aws_lambda.CfnUrl(stack, "Url", auth_type="AWS_IAM", target_function_arn="fn")
    guard(app)
    cdk.Aspects.of(app).add(_Opens(), priority=1000)
    assert Outcome(app).violations(OURS) == [(RULE, "error", "Shop/Url")]


def test_an_aspect_is_limited_to_its_scope(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    web, admin = Construct(stack, "Web"), Construct(stack, "Admin")
    open_url(web)
    open_url(admin)
    open_url(cdk.Stack(app, "Other"))
    cdk.Aspects.of(web).add(GuardrailAspect())
    assert Outcome(app).violations() == [(RULE, "error", "Shop/Web/Url")]


def test_one_aspect_may_be_added_to_several_constructs(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    scopes = [Construct(stack, name) for name in ("Web", "Admin", "Batch")]
    for scope in scopes:
        open_url(scope)
    aspect = GuardrailAspect()
    cdk.Aspects.of(scopes[0]).add(aspect)
    cdk.Aspects.of(scopes[2]).add(aspect)
    assert Outcome(app).violations() == [
        (RULE, "error", "Shop/Batch/Url"),
        (RULE, "error", "Shop/Web/Url"),
    ]


@pytest.mark.parametrize("on", ["app", "stage", "stack"])
def test_an_aspect_works_with_stages(app: cdk.App, on: str) -> None:
    stage = cdk.Stage(app, "Prod")
    stack = cdk.Stack(stage, "Shop")
    open_url(stack)
    cdk.Aspects.of({"app": app, "stage": stage, "stack": stack}[on]).add(GuardrailAspect())
    assert (RULE, "error", "Prod/Shop/Url") in Outcome(app).violations()


def test_an_aspect_sees_what_a_later_aspect_makes(app: cdk.App) -> None:
    @jsii.implements(cdk.IAspect)
    class Adds:
        def visit(self, node: IConstruct) -> None:
            if isinstance(node, cdk.Stack) and node.node.try_find_child("Late") is None:
                open_url(Construct(node, "Late"))

    stack = cdk.Stack(app, "Shop")
    cdk.Aspects.of(stack).add(GuardrailAspect())
    cdk.Aspects.of(app).add(Adds())
    assert Outcome(app).violations() == [(RULE, "error", "Shop/Late/Url")]


def _two_plugins(app: cdk.App, stack: cdk.Stack) -> None:
    cdk.Validations.of(app).add_plugins(Guardrails(), Guardrails())
    cdk.Validations.of(stack).add_plugins(Guardrails())


def _plugin_and_aspect(app: cdk.App, stack: cdk.Stack) -> None:
    cdk.Validations.of(app).add_plugins(Guardrails())
    cdk.Aspects.of(stack).add(GuardrailAspect())


def _guarded_twice(app: cdk.App, stack: cdk.Stack) -> None:
    guard(app)
    guard(app)
    guard(stack)


def _two_aspects(app: cdk.App, stack: cdk.Stack) -> None:
    cdk.Aspects.of(app).add(GuardrailAspect())
    cdk.Aspects.of(stack).add(GuardrailAspect())


@pytest.mark.parametrize(
    "register", [_two_plugins, _plugin_and_aspect, _guarded_twice, _two_aspects]
)
def test_reports_a_finding_once_however_often_it_is_registered(
    app: cdk.App, register: Callable[[cdk.App, cdk.Stack], None]
) -> None:
    stack = cdk.Stack(app, "Shop")
    open_url(stack)
    register(app, stack)
    outcome = Outcome(app)
    assert outcome.violations() == [(RULE, "error", "Shop/Url")]
    assert Outcome(app, force=True).violations() == [(RULE, "error", "Shop/Url")]


def test_the_strictest_of_several_gates_holds(app: cdk.App) -> None:
    open_url(cdk.Stack(app, "Shop"))
    guard(app, gate=Severity.CRITICAL)
    guard(app, gate=Severity.HIGH)
    outcome = Outcome(app)
    assert outcome.error
    assert (RULE, "error", "Shop/Url") in outcome.violations(OURS)


def test_knows_after_the_synth_what_was_found(app: cdk.App) -> None:
    acknowledge(open_url(cdk.Stack(app, "Shop")))
    plugin = guard(app)
    Outcome(app)
    assert [finding.rule_id for finding in plugin.findings] == [RULE]


def test_uncertain_findings_are_not_reported_and_may_be_accepted(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    auth = cdk.CfnParameter(stack, "Auth").value_as_string
    url = aws_lambda.CfnUrl(stack, "Url", auth_type=auth, target_function_arn="fn")
    acknowledge(url)
    plugin = guard(app)
    outcome = Outcome(app)
    assert outcome.violations() == []
    assert [finding.certain for finding in plugin.findings] == [False]


def test_synth_gives_the_assembly_of_a_clean_app(app: cdk.App) -> None:
    aws_sqs.CfnQueue(cdk.Stack(app, "Shop"), "Queue", sqs_managed_sse_enabled=True)
    assert Path(synth(app, gate=Severity.CRITICAL).directory) == Path(app.outdir)


def test_synth_exits_with_the_findings(app: cdk.App) -> None:
    open_url(cdk.Stack(app, "Shop"))
    with pytest.raises(SystemExit) as exit_:
        synth(app)
    text = str(exit_.value.code)
    line = open_url.__code__.co_firstlineno + 1
    assert text.startswith(f"high  {RULE}  Shop/Url  (tests/test_guardrails.py:{line})\n")
    assert "\n      auth is NONE, so anyone may call\n" in text
    assert text.endswith("1 finding: 1 high (0 acknowledged, 0 uncertain)")


def test_synth_exits_when_an_error_of_the_engine_was_swallowed(
    app: cdk.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Guardrails, "validate", lambda *_: {"success": True, "violations": []})
    open_url(cdk.Stack(app, "Shop"))
    with pytest.raises(SystemExit, match="did not run"):
        synth(app)


def test_synth_leaves_other_errors_of_the_app_alone(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    stack.add_dependency(stack, "itself")
    cdk.CfnOutput(stack, "Token", value=cdk.Lazy.string(_Raises()))
    with pytest.raises(RuntimeError) as raised:
        synth(app)
    assert "ValidationFailed" not in str(raised.value)


@jsii.implements(cdk.IStableStringProducer)
class _Raises:
    def produce(self) -> str:
        raise ValueError("no such token")


@pytest.fixture
def thawed() -> Iterator[None]:
    """The suite freezes what it has imported, as an app hardly does."""
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.mark.usefixtures("thawed")
def test_a_verdict_leaves_what_the_app_made_uncollected(
    app: cdk.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[list[int]] = []
    collections: list[str] = []
    judge = Guardrails.validate

    def note(phase: str, _about: dict[str, int]) -> None:
        collections.append(phase)

    def validate(plugin: Guardrails, context: Any) -> Any:
        gc.callbacks.append(note)
        report = judge(plugin, context)
        kept.append([])  # a collection that is due would begin here
        gc.callbacks.remove(note)
        return report

    def assessed(*_given: Any, **_settings: Any) -> Assessment:
        kept.extend([number] for number in range(100_000))
        return _assessment()

    monkeypatch.setattr(guardrails, "assess", assessed)
    monkeypatch.setattr(Guardrails, "validate", validate)
    cdk.Stack(app, "Stack")
    guard(app)
    app.synth()

    assert len(kept) > 100_000
    assert collections == []
    assert gc.isenabled()


def test_what_an_app_froze_stays_frozen(app: cdk.App) -> None:
    cdk.Stack(app, "Stack")
    guard(app)
    gc.freeze()
    app.synth()

    assert gc.get_freeze_count() > 0


def _messages(app: cdk.App, monkeypatch: pytest.MonkeyPatch) -> int:
    from jsii._kernel.providers import process

    sent: list[object] = []
    send = process._NodeProcess.send

    def count(self: Any, request: Any, response_type: Any) -> Any:
        sent.append(request)
        return send(self, request, response_type)

    with monkeypatch.context() as patch:
        patch.setattr(process._NodeProcess, "send", count)
        app.synth()
    return len(sent)


@pytest.mark.parametrize("stacks", [1, 60])
def test_costs_at_most_nine_kernel_messages_at_any_size(
    app: cdk.App, monkeypatch: pytest.MonkeyPatch, stacks: int
) -> None:
    for number in range(stacks):
        open_url(cdk.Stack(app, f"Shop{number}"))
    guard(app, gate=Severity.CRITICAL)
    assert _messages(app, monkeypatch) <= 9


def test_costs_no_more_messages_where_the_cdk_counts_its_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As under the CLI, where CDK asks each plugin for what it puts into the metadata of a stack.
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), analytics_reporting=True)
    stack = cdk.Stack(app, "Shop")
    for number in range(60):
        open_url(stack, f"Url{number}")
    guard(app, gate=Severity.CRITICAL)
    assert _messages(app, monkeypatch) <= 9


def test_an_aspect_costs_one_message_a_construct(
    app: cdk.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = cdk.Stack(app, "Shop")
    for number in range(60):
        open_url(stack, f"Url{number}")
    cdk.Aspects.of(app).add(GuardrailAspect(gate=Severity.CRITICAL))
    constructs = len(app.node.find_all()) + 3  # CDK adds its bootstrap parameter and rule
    assert _messages(app, monkeypatch) <= constructs + 20


def test_an_assembly_moved_away_can_still_be_read(app: cdk.App, tmp_path: Path) -> None:
    from secure_constructs.acknowledgments import read_acknowledgments

    acknowledge(open_url(cdk.Stack(cdk.Stage(app, "Prod"), "Shop")))
    acknowledge(app, reason="all forms are public")
    guard(app)
    Outcome(app)
    shutil.copytree(app.outdir, tmp_path / "copy")
    given = {(one.construct_path, one.reason) for one in read_acknowledgments(tmp_path / "copy")}
    assert ("Prod/Shop/Url", "a public form") in given
