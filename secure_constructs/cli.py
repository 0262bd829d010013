"""
The command line: judge what was synthesized, explain the rules.

Everything but argparse is imported when it is needed: the command starts in a fraction of a
second, and most of its uses need only a part.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from secure_constructs.errors import ConfigError, Problem, TemplateError
from secure_constructs.findings import Risk, Severity
from secure_constructs.packs import PACKS, pack
from secure_constructs.reports import FORMATS

if TYPE_CHECKING:
    from secure_constructs.acknowledgments import Acknowledgment
    from secure_constructs.assessment import Assessment, Defect
    from secure_constructs.config import Config
    from secure_constructs.rules import Rule
    from secure_constructs.template import Template

_PROGRAM: Final = "secure-constructs"
_MOST_PROBLEMS: Final = 5
_LONG_WORK: Final = 2_000  # resources; below that a verdict takes less than a second


class Exit(IntEnum):
    """
    What the exit code says.
    """

    CLEAN = 0
    """
    Nothing gates.
    """
    FINDINGS = 1
    """
    Findings at or above the gate.
    """
    USAGE = 2
    """
    The command, its configuration or its input cannot be read.
    """
    DEFECT = 3
    """
    A defect of ours: the verdict is not to be relied on.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Args:
        arguments: What follows the name of the command; that of this process by default.

    Returns:
        The exit code, see :class:`Exit`.
    """
    # What a template says is printed as it is; a terminal that lacks a character shows its code.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except (TemplateError, ConfigError) as error:
        from secure_constructs.reports._groups import printable

        for line in str(error).splitlines():
            _complain(printable(line))
        return Exit.USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough, as `head` does; Python would complain again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except Exception:  # noqa: BLE001 - whatever it is, it is ours, and must not look like a verdict
        traceback.print_exc()
        _complain(f"{_PROGRAM}: this is a defect of ours; please report it")
        return Exit.DEFECT
    return code


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Judge what the CDK synthesized, or any CloudFormation template.",
        epilog="exit codes: 0 nothing gates, 1 findings gate, 2 usage or unreadable input, "
        "3 a defect of this program",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_explain(commands)
    _add_rules(commands)
    _add_permissions(commands)
    return parser


class _Version(argparse.Action):
    """
    Shows the version, which costs a look at the installed packages and so is not read before.
    """

    def __init__(self, option_strings: Sequence[str], dest: str, **settings: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help=str(settings.get("help")))

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"{_PROGRAM} {version(_PROGRAM)}\n")
        parser.exit()


_Commands = argparse._SubParsersAction  # noqa: SLF001 - the type has no public name


def _add_check(commands: _Commands[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="judge cdk.out folders and templates",
        description="Judge cloud assemblies and CloudFormation or SAM templates.",
        allow_abbrev=False,
    )
    check.set_defaults(run=_check)
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


def _add_explain(commands: _Commands[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="say what a rule finds, why it matters and how to mend it",
        allow_abbrev=False,
    )
    explain.set_defaults(run=_explain)
    explain.add_argument("rule", help="the id of a rule, of ours or of cdk-nag, checkov and others")
    explain.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _add_rules(commands: _Commands[argparse.ArgumentParser]) -> None:
    rules = commands.add_parser("rules", help="list the rules", allow_abbrev=False)
    rules.set_defaults(run=_rules)
    rules.add_argument("--risk", choices=[str(risk) for risk in Risk], help="those of one risk")
    rules.add_argument("--pack", choices=PACKS, metavar="NAME", help="those of one pack")
    rules.add_argument(
        "--format",
        choices=("text", "json", "markdown", "page"),
        default="text",
        help="default: text; page is the one in secure_constructs/rules/README.md",
    )
    rules.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _add_permissions(commands: _Commands[argparse.ArgumentParser]) -> None:
    permissions = commands.add_parser(
        "permissions",
        help="say what a function may do, on what, why, and what of it its code uses",
        allow_abbrev=False,
    )
    permissions.set_defaults(run=_permissions)
    permissions.add_argument(
        "function", help="its construct path or the end of it, its logical id or its name"
    )
    permissions.add_argument(
        "paths",
        nargs="*",
        default=["cdk.out"],
        metavar="PATH",
        help="a cdk.out folder, or a template in JSON or YAML; default: cdk.out",
    )
    permissions.add_argument("--format", choices=("text", "json"), default="text")


def _check(options: argparse.Namespace) -> Exit:
    from secure_constructs.acknowledgments import acknowledge
    from secure_constructs.assessment import assess
    from secure_constructs.reports import render
    from secure_constructs.rules import rule_ids

    config = _config(options)
    templates, acknowledgments = _read(options.paths)
    assessment = assess(_shown(templates), config=config)
    if acknowledgments:
        assessment = acknowledge(assessment, acknowledgments, rules=rule_ids())
    if options.output:
        report = render(assessment, options.format, uncertain=options.uncertain)
        _write(options.output, report)
        _say_where(options.output, assessment, uncertain=options.uncertain)
    elif options.format == "text" and _is_terminal(options):
        _print_coloured(assessment, uncertain=options.uncertain)
    else:
        sys.stdout.write(render(assessment, options.format, uncertain=options.uncertain))
    if assessment.defects:
        _complain_of(assessment.defects)
        return Exit.DEFECT
    return Exit.FINDINGS if assessment.gating else Exit.CLEAN


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
        _complain(f"\n{failed[0].trace}{_PROGRAM}: {about}; please report it")


def _config(options: argparse.Namespace) -> Config:
    from secure_constructs.config import read_config
    from secure_constructs.rules import rule_ids

    config = read_config(options.config)
    config.check_rules(rule_ids())
    if options.gate:
        config = replace(config, gate=Severity(options.gate))
    if options.strict:
        config = replace(config, strict=True)
    if options.pack:
        config = replace(config, strict=False, packs=tuple(options.pack))
    return config


def _read(paths: Iterable[str]) -> tuple[tuple[Template, ...], tuple[Acknowledgment, ...]]:
    """
    Read what is to be judged, all of it before anything is said.

    Raises:
        TemplateError: Something cannot be read; every such thing is named.
    """
    from secure_constructs.acknowledgments import read_acknowledgments
    from secure_constructs.template import read_assembly, read_template

    templates: list[Template] = []
    acknowledgments: list[Acknowledgment] = []
    broken: list[str] = []
    for path in paths:
        try:
            if Path(path).is_dir():
                found = read_assembly(path).templates
                if not found:
                    broken.append(f"{path}: there is no stack in it; run cdk synth again")
                broken.extend(_problems(found))
                templates.extend(found)
                acknowledgments.extend(read_acknowledgments(path))
            else:
                templates.append(read_template(path))
        except TemplateError as error:
            broken.extend(_first(error.file, error.problems))
    if broken:
        raise _UnreadableError(broken)
    return tuple(templates), tuple(acknowledgments)


class _UnreadableError(TemplateError):
    """
    Some of the files given cannot be read.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("")
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)


def _problems(templates: Iterable[Template]) -> Iterator[str]:
    for template in templates:
        yield from _first(template.origin.file, template.problems)


def _first(file: str, problems: Sequence[Problem]) -> Iterator[str]:
    """
    Give one line for each of the first problems of a file, and count the others.
    """
    for problem in problems[:_MOST_PROBLEMS]:
        yield f"{file}: {' '.join(str(problem).split())}"
    if more := problems[_MOST_PROBLEMS:]:
        yield f"{file}: and {len(more)} more"


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


def _write(file: str, report: str) -> None:
    try:
        Path(file).write_text(report, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        problem = Problem(
            place="",
            message=f"the report cannot be written: {error.strerror}",
            fix="name a file in a folder that exists",
        )
        raise TemplateError(file, problem) from None


def _say_where(file: str, assessment: Assessment, *, uncertain: bool) -> None:
    from secure_constructs.reports._groups import summary

    sys.stdout.write(f"{summary(assessment, uncertain=uncertain)}; see {file}\n")


def _is_terminal(options: argparse.Namespace) -> bool:
    return sys.stdout.isatty() and not options.no_color and not os.environ.get("NO_COLOR")


def _print_coloured(assessment: Assessment, *, uncertain: bool) -> None:
    from secure_constructs.reports.terminal import show

    show(assessment, uncertain=uncertain)


def _explain(options: argparse.Namespace) -> Exit:
    from secure_constructs.reports.rules import explanation

    found = _rules_named(options.rule)
    if not found:
        _complain(_no_such_rule(options.rule))
        return Exit.USAGE
    sys.stdout.write("\n".join(explanation(rule) for rule in found))
    return Exit.CLEAN


def _rules_named(name: str) -> list[Rule]:
    """
    Find a rule by its id, or the rules that check what a rule of another tool checks.
    """
    from secure_constructs.peers import control_of, coverage
    from secure_constructs.rules import catalogue

    bare = name.rpartition("::")[2]
    exact = [rule for rule in catalogue() if rule.id == bare.lower()]
    control = control_of(bare) or bare.lower()
    same = exact or [rule for rule in catalogue() if rule.control == control]
    return same or [rule for rule in catalogue() if rule.id in coverage(control).rules]


def _no_such_rule(name: str) -> str:
    from difflib import get_close_matches

    from secure_constructs.rules import catalogue

    close = get_close_matches(name, [rule.id for rule in catalogue()], n=1, cutoff=0.5)
    meant = f"did you mean {close[0]}?" if close else f"{_PROGRAM} rules lists them"
    from secure_constructs.peers import control_of, coverage

    if control := control_of(name):
        why = coverage(control).reason or meant
        return f"{_PROGRAM}: no rule of ours checks what {name} checks ({control}); {why}"
    return f"{_PROGRAM}: there is no rule {name}; {meant}"


def _rules(options: argparse.Namespace) -> Exit:
    from secure_constructs.reports.rules import listing
    from secure_constructs.rules import catalogue

    chosen = [
        rule
        for rule in catalogue()
        if options.risk in (None, str(rule.risk)) and (not options.pack or pack(options.pack)(rule))
    ]
    sys.stdout.write(listing(chosen, options.format))
    return Exit.CLEAN


def _permissions(options: argparse.Namespace) -> Exit:
    from difflib import get_close_matches

    from secure_constructs.reports.permissions import (
        functions_named,
        names_of_functions,
        permissions,
    )

    templates, _ = _read(options.paths)
    found = functions_named(options.function, templates)
    if not found:
        names = names_of_functions(templates)
        close = get_close_matches(options.function, names, n=1, cutoff=0.3)
        known = f"did you mean {close[0]}?" if close else f"there are {', '.join(names) or 'none'}"
        _complain(f"{_PROGRAM}: there is no function {options.function}; {known}")
        return Exit.USAGE
    sys.stdout.write("\n".join(permissions(each, options.format) for each in found))
    return Exit.CLEAN
