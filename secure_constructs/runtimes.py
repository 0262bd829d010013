"""When AWS stops patching a Lambda runtime, from a dated data file."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

NOTICE = dt.timedelta(days=90)
"""How long before its end a runtime should not be chosen any more."""


class Lifecycle(NamedTuple):
    """
    The life of one runtime.

    Args:
        runtime: The identifier Lambda knows it by, such as ``python3.13``.
        deprecated: The day after which AWS no longer patches it.
        successor: What to move to, or None when there is nothing newer.
    """

    runtime: str
    deprecated: dt.date
    successor: str | None

    def ends_soon(self, today: dt.date | None = None) -> bool:
        """
        Whether the runtime is deprecated, or will be within 90 days.

        Args:
            today: The day to judge from. Default: today, in UTC.
        """
        return self.deprecated - (today or _today()) <= NOTICE

    def ended(self, today: dt.date | None = None) -> bool:
        """
        Whether AWS no longer patches the runtime.

        Args:
            today: The day to judge from. Default: today, in UTC.
        """
        return self.deprecated < (today or _today())


def lifecycle(runtime: str) -> Lifecycle | None:
    """
    What is known of a runtime.

    The dates are those of
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html on the day the
    data file was built; AWS may move them.

    Args:
        runtime: The identifier, such as ``python3.13``.

    Returns:
        Its life, or None for a runtime newer than the data.
    """
    return _lifecycles().get(runtime)


@cache
def _lifecycles() -> dict[str, Lifecycle]:
    data = Path(__file__).parent / "data" / "lambda_runtimes.json"
    runtimes = json.loads(data.read_text(encoding="utf-8"))["runtimes"]
    return {
        name: Lifecycle(
            runtime=name,
            deprecated=dt.date.fromisoformat(dates["deprecated"]),
            successor=dates["successor"],
        )
        for name, dates in runtimes.items()
    }


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()
