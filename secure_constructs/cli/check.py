"""``check``: judge what was synthesized."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from secure_constructs.cli._program import PROGRAM, Commands, Exit, complain, is_terminal, write
from secure_constructs.cli._reading import config_at, read
from secure_constructs.findings import Severity
from secure_constructs.packs import PACKS
from secure_constructs.reports import FORMATS

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment, Defect
    from secure_constructs.config import Config
    from secure_constructs.template import Template

_LONG_WORK: Final = 2_000  # resources; below that a verdict takes less than a second


def add(commands: Commands) -> None:
    """
    Add the command.
    """
    check = commands.add_parser(
        "check",
        help="judge cdk.out folders and templates",
        description="Judge cloud assemblies and CloudFormation or SAM templates.",
        allow_abbrev=False,
    )
    check.set_defaults(run=_run)
    check.add_argument(
        "paths", nargs="+", metavar="PATH", help="a cdk.out folder, or a template in JSON or YAML"
    )
    check.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    check.add_argument("--output", metavar="FILE", help="write the report there, not to the screen")
    check.add_argument(
        "--uncertain",
        action="store_true",
        help="show what cannot be decided before deployment too, and not only its number",
    )
    check.add_argument(
        "--strict", action="store_true", help="judge by the strict rules as well", default=None
    )
    check.add_argument(
        "--pack",
        action="append",
        metavar="NAME",
        choices=PACKS,
        help="judge by the rules of this pack; may be given several times; "
        f"{', '.join(PACKS)}; default: recommended",
    )
    check.add_argument(
        "--gate",
        choices=[str(severity) for severity in Severity],
        help="the mildest severity that makes the command fail; default: high",
    )
    check.add_argument(
        "--config",
        metavar="FILE",
        help="default: the nearest secure-constructs.toml or pyproject.toml with our table",
    )
    check.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _run(options: argparse.Namespace) -> Exit:
    from secure_constructs.acknowledgments import acknowledge
    from secure_constructs.assessment import assess
    from secure_constructs.reports import render
    from secure_constructs.rules import rule_ids

    config = _as_asked(config_at(options.config), options)
    templates, acknowledgments = read(options.paths)
    assessment = assess(_shown(templates), config=config)
    if acknowledgments:
        assessment = acknowledge(assessment, acknowledgments, rules=rule_ids())
    if options.output:
        report = render(assessment, options.format, uncertain=options.uncertain)
        write(options.output, report)
        _say_where(options.output, assessment, uncertain=options.uncertain)
    elif options.format == "text" and is_terminal(options):
        _print_coloured(assessment, uncertain=options.uncertain)
    else:
        sys.stdout.write(render(assessment, options.format, uncertain=options.uncertain))
    if assessment.defects:
        _complain_of(assessment.defects)
        return Exit.DEFECT
    return Exit.FINDINGS if assessment.gating else Exit.CLEAN


def _as_asked(config: Config, options: argparse.Namespace) -> Config:
    """
    Change a configuration as the options of the command say.
    """
    if options.gate:
        config = replace(config, gate=Severity(options.gate))
    if options.strict:
        config = replace(config, strict=True)
    if options.pack:
        config = replace(config, strict=False, packs=tuple(options.pack))
    return config


def _complain_of(defects: Sequence[Defect]) -> None:
    """
    Show how each rule failed that did, once.
    """
    by_rule: dict[str, list[Defect]] = {}
    for defect in defects:
        by_rule.setdefault(defect.rule_id, []).append(defect)
    for rule_id, failed in by_rule.items():
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        about = f"the rule {rule_id} failed at {failed[0].logical_id}{more}"
        complain(f"\n{failed[0].trace}{PROGRAM}: {about}; please report it")


def _shown(templates: Sequence[Template]) -> Iterable[Template]:
    """
    Show progress on a terminal, when there is enough to do.
    """
    resources = sum(len(template.resources) for template in templates)
    if resources < _LONG_WORK or len(templates) == 1 or not sys.stderr.isatty():
        return templates
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    return track(templates, "Judging", console=screen, transient=True)


def _say_where(file: str, assessment: Assessment, *, uncertain: bool) -> None:
    from secure_constructs.reports._groups import summary

    sys.stdout.write(f"{summary(assessment, uncertain=uncertain)}; see {file}\n")


def _print_coloured(assessment: Assessment, *, uncertain: bool) -> None:
    from secure_constructs.reports import terminal, text

    terminal.show(text.lines(assessment, uncertain=uncertain))
