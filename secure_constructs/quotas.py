"""What an account may have of Lambda, unless it was given more or less."""

from __future__ import annotations

from typing import Final

USUAL_CONCURRENCY: Final = 1_000
"""
How many function instances may run at once in a Region; a new account may have 10.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

KEPT_UNRESERVED: Final = 100
"""
How many of them no function can reserve.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""
