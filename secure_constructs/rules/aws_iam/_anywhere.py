"""What a statement lets be changed on every resource of a kind."""

from __future__ import annotations

from typing import Final

from secure_constructs.iam.actions import Level
from secure_constructs.iam.documents import Statement
from secure_constructs.rules._grants import anywhere
from secure_constructs.template import Template

TOPIC: Final = "AWS::SNS::Topic"
_LEVELS: Final = frozenset({Level.WRITE, Level.TAGGING})


def written_anywhere(statement: Statement, template: Template) -> tuple[str, ...]:
    """
    Give the actions with which a statement lets every resource of a kind be changed.

    To publish where there is no topic to name is left out: text messages go to numbers.
    """
    actions = anywhere(statement, _LEVELS)
    publishes = actions and all(action.lower() == "sns:publish" for action in actions)
    return () if publishes and not template.everywhere(TOPIC) else actions
