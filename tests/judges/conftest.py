"""
The judges are heard once; what they say is printed as a table when the tests are done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.table import Table

from secure_constructs.acknowledgments import read_acknowledgments
from tests.judges.bench import BENCH, by_stack, subject, verdicts
from tests.judges.objections import ACCEPTED, Answer, Objection, read_answers, unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aws_cdk as cdk

ROOT = Path(__file__).resolve().parents[2]
INSECURE = "InsecureOrderService"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """
    What all judges said.

    Args:
        by_judge: Their objections to the gallery and the sample app.
        to_insecure: Their objections to the insecure twin.
        stacks: What they judged, the insecure twin left out.
        acknowledged: How many findings of cdk-nag are accepted inside each stack, with a reason.
    """

    by_judge: Mapping[str, frozenset[Objection]]
    to_insecure: Mapping[str, frozenset[Objection]]
    stacks: tuple[str, ...]
    acknowledged: Mapping[str, int]

    @property
    def objections(self) -> frozenset[Objection]:
        return frozenset[Objection]().union(*self.by_judge.values())


_heard: list[Hearing] = []


@pytest.fixture(scope="session")
def answers() -> tuple[Answer, ...]:
    return read_answers(ACCEPTED.read_text("utf-8"))


@pytest.fixture(scope="session")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Hearing:
    """
    What the judges say of the gallery, the sample app and the insecure twin.
    """
    folder = tmp_path_factory.mktemp("judged")
    assemblies = _synthesized(folder)
    heard = verdicts(subject(assemblies, folder / "templates"))
    stacks = sorted(
        file.name.removesuffix(".template.json") for file in (folder / "templates").iterdir()
    )
    accepted = [one for assembly in assemblies for one in read_acknowledgments(assembly)]
    _heard.append(
        Hearing(
            by_judge={
                judge: frozenset(one for one in said if not one.place.startswith(INSECURE))
                for judge, said in heard.items()
            },
            to_insecure={
                judge: frozenset(one for one in said if one.place.startswith(INSECURE))
                for judge, said in heard.items()
            },
            stacks=tuple(stack for stack in stacks if stack != INSECURE),
            acknowledged={
                stack: len({one.rule_id for one in accepted if _within(one.construct_path, stack)})
                for stack in stacks
            },
        )
    )
    return _heard[-1]


def _within(path: str, stack: str) -> bool:
    return path.partition("/")[0] == stack


def _synthesized(folder: Path) -> tuple[Path, ...]:
    import aws_cdk as cdk
    from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks

    from sample_app.insecure import InsecureOrderService
    from sample_app.service import OrderService
    from tests.gallery.app import gallery

    # The sample app has the feature flags of its cdk.json, the gallery has none.
    flags = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    apps = {
        "gallery": gallery(cdk.App(outdir=str(folder / "gallery"))),
        "sample": cdk.App(context=flags, outdir=str(folder / "sample")),
        "insecure": cdk.App(outdir=str(folder / "insecure")),
    }
    OrderService(apps["sample"], "OrderService")
    InsecureOrderService(apps["insecure"], INSECURE)
    for app in apps.values():
        cdk.Validations.of(app).add_plugins(
            AwsSolutionsChecks(), ServerlessChecks(), NIST80053R5Checks()
        )
        _synthesize(app)
    return tuple(folder / name for name in apps)


def _synthesize(app: cdk.App) -> None:
    """
    Synthesize; what cdk-nag found stands in the report, and the CDK raises because of it.
    """
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """
    Print who objects to what.
    """
    for hearing in _heard:
        console = Console(file=terminalreporter._tw._file, width=110)
        console.print(_table(hearing, read_answers(ACCEPTED.read_text("utf-8"))))


def _table(hearing: Hearing, answers: tuple[Answer, ...]) -> Table:
    table = Table(
        "stack",
        *BENCH,
        "rules accepted inside",
        title="objections without an answer (with one: tests/judges/accepted.toml)",
    )
    said = {judge: by_stack(hearing.by_judge[judge]) for judge in BENCH}
    for stack in hearing.stacks:
        table.add_row(
            stack,
            *(_cell(said[judge].get(stack, ()), answers) for judge in BENCH),
            str(hearing.acknowledged[stack]),
        )
    return table


def as_page(hearing: Hearing, answers: tuple[Answer, ...]) -> str:
    """
    Write the table as the page that stands beside the tests.

    Args:
        hearing: What the judges said.
        answers: The answers to it.
    """
    lines = [
        "# What the judges of the field say of each construct",
        "",
        "Each stack of the gallery shows one construct in its main variants; `OrderService` is the",
        "sample app. A cell counts objections without an answer, and in brackets those that",
        "[accepted.toml](accepted.toml) answers. Last, how many rules of cdk-nag the constructs",
        "themselves accept, with the reason in the validation report.",
        "",
        "Written by `pytest -m judges tests/judges --update-golden`; a test holds it.",
        "",
        f"| stack | {' | '.join(BENCH)} | accepted inside |",
        f"|---|{'---|' * (len(BENCH) + 1)}",
    ]
    said = {judge: by_stack(hearing.by_judge[judge]) for judge in BENCH}
    for stack in hearing.stacks:
        cells = (_cell(said[judge].get(stack, ()), answers) for judge in BENCH)
        lines.append(f"| {stack} | {' | '.join(cells)} | {hearing.acknowledged[stack]} |")
    return "\n".join((*lines, ""))


def _cell(said: list[Objection] | tuple[()], answers: tuple[Answer, ...]) -> str:
    left = len(unanswered(said, answers))
    return f"{left} ({len(said) - left})" if said else "0"
