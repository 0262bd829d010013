"""Template files: JSON, YAML with short-form functions, and SAM."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from secure_constructs.errors import Problem, TemplateError
from secure_constructs.template.model import Origin, Template

LARGEST: Final = 4 * 1024 * 1024
"""
The largest file that is read, in bytes.

CloudFormation takes templates of 1 MB; indentation is allowed to make that four times as much.
"""


def read_template(path: str | os.PathLike[str]) -> Template:
    """
    Read one template file.

    Raises:
        TemplateError: The file is missing, too large, or is no CloudFormation template.
    """
    file = Path(path)
    template = Template(read_body(file), origin=Origin(file=str(path)))
    if template.problems:
        raise TemplateError(str(path), *template.problems)
    return template


def read_body(path: Path) -> Any:
    """
    Read the content of a template file, whatever it is.

    Raises:
        TemplateError: The file is missing, too large, or neither JSON nor YAML.
    """
    try:
        if (size := path.stat().st_size) > LARGEST:
            message = f"the file has {size / 1024 / 1024:.1f} MB, and CloudFormation takes 1 MB"
            problem = Problem(place="", message=message, fix="split it into several stacks")
            raise TemplateError(str(path), problem)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problem = Problem(place="", message="there is no such file", fix="check the path")
        raise TemplateError(str(path), problem) from None
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(place="", message=f"cannot be read: {error}", fix="check the file")
        raise TemplateError(str(path), problem) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        problem = Problem(place=place, message=f"broken JSON: {error.msg}", fix="mend it")
        raise TemplateError(str(path), problem) from error
    except RecursionError as error:
        problem = Problem(place="", message="values are nested too deep", fix="check the file")
        raise TemplateError(str(path), problem) from error
