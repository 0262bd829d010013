"""Reading what a command is about: templates, acknowledgments, configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from secure_constructs.errors import Problem, TemplateError

if TYPE_CHECKING:
    from secure_constructs.acknowledgments import Acknowledgment
    from secure_constructs.config import Config
    from secure_constructs.template import Template

_MOST_PROBLEMS: Final = 5


def config_at(file: str | None) -> Config:
    """
    Read the configuration of a project.

    Args:
        file: Where it is; the nearest one by default.

    Raises:
        ConfigError: It cannot be read, or names what there is not.
    """
    from secure_constructs.config import read_config
    from secure_constructs.rules import rule_ids

    config = read_config(file)
    config.check_rules(rule_ids())
    return config


def read(paths: Iterable[str]) -> tuple[tuple[Template, ...], tuple[Acknowledgment, ...]]:
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
        self.lines = tuple(lines)

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
