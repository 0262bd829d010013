"""
Every known way round the guardrails, tried through the real CDK CLI.

A way either fails, or `secure-constructs check cdk.out` fails after it: that is run here as well.
The table in README.md beside this file is made from these cases; a test holds the two together.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("README.md")
CDK = ("npx", "--yes", "aws-cdk@2.1148.1")
CHECK = (sys.executable, "-m", "secure_constructs", "check")
RULE = "lambda-url-without-auth"
SAYS_NOTHING_IS_SAFE = "so nothing is known to be safe"

APP = """
import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda
from secure_constructs import GuardrailAspect, Guardrails, guard, guardrails, synth

def open_url(scope, auth="NONE"):
    return aws_lambda.CfnUrl(scope, "Url", auth_type=auth, target_function_arn="fn")

app = cdk.App(outdir="cdk.out")
"""
SHOP = 'stack = cdk.Stack(app, "Shop")\nopen_url(stack)\nguard(app)\n'
GUARDED = SHOP + "app.synth()\n"
SYNTH = 'open_url(cdk.Stack(app, "Shop"))\nsynth(app)\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    A way round the guardrails.

    Args:
        name: What is done, as a clause.
        app: The rest of the app.
        run: What runs it; "cdk" stands for the CDK's CLI and "python" for the interpreter.
        environment: What is set for it.
        says: What must be printed.
        passes: Why it passes, when it does, and must be closed with `check`.
        written: The assembly that has the fault, which `check` is given.
        first: What is run before, and may do as it likes.
        quick: Leave out CDK's own rules, which take two seconds.
    """

    name: str
    app: str = GUARDED
    run: tuple[str, ...] = ("cdk", "synth", "--quiet")
    environment: dict[str, str] = field(default_factory=dict)
    says: str = RULE
    passes: str = ""
    written: str = "cdk.out"
    first: tuple[str, ...] = ()
    quick: bool = True


def _in_a_rule(statement: str) -> str:
    """Make the rule of the app run a statement."""
    return f"""
from secure_constructs.rules.aws_lambda.url_without_auth import UrlWithoutAuth

def check(self, url, template):
{indent(dedent(statement), "    ")}
    yield

UrlWithoutAuth.check = check
{GUARDED}"""


def _engine(expression: str) -> str:
    """Make the engine give something else for a verdict."""
    return f"guardrails.assess = lambda *_, **__: {expression}\n{GUARDED}"


# CDK lets a program have several Apps; each writes where it was told to.
_TWO_APPS = 'app = cdk.App(outdir="first.out")\nopen_url(cdk.Stack(app, "Shop"))\n'
_SECOND_APP = (
    'second = cdk.App(outdir="cdk.out")\n'
    'open_url(cdk.Stack(second, "Tools"), "AWS_IAM")\nguard(second)\nsecond.synth()\n'
)
PYTHON = ("python", "app.py")
SYNTHESIZES_QUIETLY = {"@aws-cdk/core:failSynthOnValidationErrors": False}

WAYS = (
    Way(name="nothing is tried", quick=False),
    # Inside the engine.
    Way(
        name="a rule raises",
        app=_in_a_rule("raise RuntimeError('boom')"),
        says=SAYS_NOTHING_IS_SAFE.replace("so nothing is", "not"),
    ),
    Way(
        name="a rule calls `sys.exit(0)`",
        app=_in_a_rule("raise SystemExit(0)"),
        says="engine-defect",
    ),
    Way(
        name="a rule is interrupted",
        app=_in_a_rule("raise KeyboardInterrupt"),
        says=SAYS_NOTHING_IS_SAFE,
    ),
    Way(
        name="a rule raises, and the defect is acknowledged at the app",
        app=_in_a_rule("raise RuntimeError('boom')").replace(
            "app.synth()",
            "cdk.Validations.of(app).acknowledge(cdk.Acknowledgment("
            'id="Secure-Constructs::engine-defect", reason="known"))\napp.synth()',
        ),
        says="engine-defect",
    ),
    Way(name="the engine gives no report", app=_engine("None"), says=SAYS_NOTHING_IS_SAFE),
    Way(name="the engine gives a malformed report", app=_engine("{}"), says=SAYS_NOTHING_IS_SAFE),
    Way(
        name="the engine gives an empty report",
        app=_engine(
            "__import__('secure_constructs.assessment').assessment.Assessment("
            "findings=(), acknowledged={}, config=None)"
        ),
        says=SAYS_NOTHING_IS_SAFE,
    ),
    # Switches of the CLI, the environment and the context.
    Way(name="`cdk synth --no-validation`", run=("cdk", "synth", "-q", "--no-validation")),
    Way(name="`CDK_VALIDATION=false`", environment={"CDK_VALIDATION": "false"}),
    Way(
        name="`-c @aws-cdk/core:failSynthOnValidationErrors=false`",
        run=("cdk", "synth", "-q", "-c", "@aws-cdk/core:failSynthOnValidationErrors=false"),
    ),
    Way(
        name="every validation switch in the context is off",
        run=(
            *("cdk", "synth", "-q"),
            *("-c", "@aws-cdk/core:validateAgainstDefaultRules=false"),
            *("-c", "@aws-cdk/core:annotationsInValidationReport=false"),
            *("-c", "@aws-cdk/core:validationReportJson=false"),
            *("-c", "@aws-cdk/core:strictCfnValidateErrors=false"),
        ),
    ),
    Way(
        name="`cdk synth --ignore-errors`",
        run=("cdk", "synth", "-q", "--ignore-errors"),
        passes="the CLI prints the findings and goes on",
    ),
    Way(
        name="`cdk synth --ignore-errors`, app ends with `synth(app)`",
        app=SYNTH,
        run=("cdk", "synth", "-q", "--ignore-errors"),
    ),
    # Without the CLI.
    Way(name="`python app.py`", run=PYTHON),
    Way(
        name="`python app.py` with `failSynthOnValidationErrors` false",
        run=PYTHON,
        environment={"CDK_CONTEXT_JSON": json.dumps(SYNTHESIZES_QUIETLY)},
        passes="CDK leaves the verdict to a CLI that is not there",
    ),
    Way(
        name="`CDK_APP_MODE=process python app.py`",
        run=PYTHON,
        environment={"CDK_APP_MODE": "process"},
        passes="CDK prints the findings and leaves the verdict to its CLI",
    ),
    Way(
        name="`CDK_APP_MODE=process python app.py`, app ends with `synth(app)`",
        app=SYNTH,
        run=PYTHON,
        environment={"CDK_APP_MODE": "process"},
    ),
    Way(
        name="`CDK_APP_MODE=process`, then `cdk synth --app cdk.out`",
        first=PYTHON,
        run=("cdk", "synth", "-q", "--app", "cdk.out"),
        environment={"CDK_APP_MODE": "process"},
    ),
    Way(
        name="the app is synthesized in a test, under pytest",
        app=f"def test_app():\n{indent(GUARDED, '    ')}",
        run=("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "app.py"),
    ),
    Way(
        name="the app catches the exception, under `cdk synth`",
        app=f"{SHOP}try:\n    app.synth()\nexcept Exception:\n    pass\n",
    ),
    Way(
        name="the app catches the exception, under `python app.py`",
        app=f"{SHOP}try:\n    app.synth()\nexcept Exception:\n    pass\n",
        run=PYTHON,
        passes="the app says that it succeeded",
    ),
    Way(
        name="the app catches the exception of `synth(app)`",
        app=SYNTH.replace("synth(app)", "try:\n    synth(app)\nexcept Exception:\n    pass"),
        run=PYTHON,
    ),
    Way(
        name="the status of `synth(app)` is thrown away: `--app 'python app.py || true'`",
        app=SYNTH,
        run=("cdk", "synth", "-q", "--app", f"{sys.executable} app.py || true"),
    ),
    # Parts of the app that are looked at differently.
    Way(
        name="the fault is in a Stage, plain `cdk synth`",
        app='cdk.Stack(app, "Tools")\n'
        'open_url(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"))\nguard(app)\napp.synth()\n',
    ),
    Way(
        name="the app has nothing but a Stage, plain `cdk synth`",
        app='open_url(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"))\nguard(app)\napp.synth()\n',
    ),
    Way(
        name="the fault is in a Stage, an Aspect on the app, plain `cdk synth`",
        app='cdk.Stack(app, "Tools")\nopen_url(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"))\n'
        "cdk.Aspects.of(app).add(GuardrailAspect())\napp.synth()\n",
    ),
    Way(
        name="the fault is in a nested stack in a nested stack",
        app='stack = cdk.Stack(app, "Shop")\n'
        'open_url(cdk.NestedStack(cdk.NestedStack(stack, "Front"), "Form"))\n'
        "guard(app)\napp.synth()\n",
    ),
    Way(
        name="another, clean stack is selected: `cdk synth Tools`",
        app=f'tools = cdk.Stack(app, "Tools")\n{GUARDED}',
        run=("cdk", "synth", "-q", "Tools"),
        passes="what was selected is clean",
    ),
    # Changes after the guardrails were set up, and to them.
    Way(
        name="an Aspect overrides the template after the guardrails",
        app="""
@jsii.implements(cdk.IAspect)
class Opens:
    def visit(self, node):
        if isinstance(node, aws_lambda.CfnUrl):
            node.add_property_override("AuthType", "NONE")

open_url(cdk.Stack(app, "Shop"), "AWS_IAM")
cdk.Aspects.of(app).add(GuardrailAspect())
cdk.Aspects.of(app).add(Opens(), priority=1000)
app.synth()
""",
    ),
    Way(
        name="the plugin is added twice, and an Aspect as well",
        app='open_url(cdk.Stack(app, "Shop"))\n'
        "cdk.Validations.of(app).add_plugins(Guardrails(), Guardrails())\n"
        "cdk.Aspects.of(app).add(GuardrailAspect())\napp.synth()\n",
    ),
    Way(
        name="the app replaces the list of plugins",
        app=f"cdk.Validations.add_plugins = lambda *_: None\n{GUARDED}",
        passes="CDK does not know of the guardrails",
    ),
    Way(
        name="the app replaces the list of plugins, and ends with `synth(app)`",
        app=f"cdk.Validations.add_plugins = lambda *_: None\n{SYNTH}",
        says="the guardrails did not run",
    ),
    Way(
        name="the app registers plugins of its own as a prop",
        app=GUARDED.replace(
            'stack = cdk.Stack(app, "Shop")',
            'app = cdk.App(outdir="cdk.out", policy_validation_beta1=[])\n'
            'stack = cdk.Stack(app, "Shop")',
        ),
    ),
    Way(
        name="the fault is in the first of two Apps with outdirs of their own",
        app=f"{_TWO_APPS}guard(app)\napp.synth()\n{_SECOND_APP}",
        passes="the CLI reads one folder, that of the second",
        written="first.out",
    ),
    Way(
        name="the fault is in the first of two Apps, which ends with `synth(app)`",
        app=f"{_TWO_APPS}synth(app)\n{_SECOND_APP}",
    ),
    Way(
        name="a template in cdk.out is changed after the synth",
        app='open_url(cdk.Stack(app, "Shop"), "AWS_IAM")\nguard(app)\napp.synth()\n'
        "from pathlib import Path\n"
        'file = Path(app.outdir, "Shop.template.json")\n'
        'file.write_text(file.read_text().replace("AWS_IAM", "NONE"))\n',
        passes="the report is about the template as it was",
    ),
)


def _run(command: tuple[str, ...], way: Way, folder: Path) -> subprocess.CompletedProcess[str]:
    start = {"cdk": CDK, "python": (sys.executable,)}.get(command[0], command[:1])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        **({"CDK_VALIDATION": "false"} if way.quick else {}),
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        **way.environment,
    }
    return subprocess.run(
        (*start, *command[1:]),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.cli
@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_every_way_fails_or_is_closed_by_check(way: Way, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f"{APP}\n{way.app}")
    settings = {"app": f"{sys.executable} app.py", "versionReporting": False}
    (tmp_path / "cdk.json").write_text(json.dumps(settings))
    if way.first:
        _run(way.first, way, tmp_path)
    done = _run(way.run, way, tmp_path)
    printed = done.stdout + done.stderr
    if not way.passes:
        assert done.returncode not in {0, None}, printed
        assert way.says in printed, printed
        return
    assert done.returncode == 0, printed
    closed = _run((*CHECK, way.written), way, tmp_path)
    assert closed.returncode == 1, closed.stdout + closed.stderr
    assert way.says in closed.stdout


def table() -> str:
    """Give the table of README.md."""
    lines = ["| what is tried | outcome |", "|---|---|"]
    for way in WAYS:
        check = "check" if way.written == "cdk.out" else f"check {way.written}"
        outcome = f"passes: {way.passes}; `{check}` **fails**" if way.passes else "**fails**"
        lines.append(f"| {way.name} | {outcome} |")
    return "\n".join(lines).replace(" || ", " \\|\\| ")


def test_the_table_is_that_of_the_cases() -> None:
    assert table() in TABLE.read_text(), f"put this into {TABLE.name}:\n\n{table()}"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
