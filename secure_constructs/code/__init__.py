"""
What the source of a function calls, read without running it.

A reading is three-valued like everything here: a call that surely happens is certain, one that may
happen is not, and whatever cannot be read is a gap with its reason and place.
"""

from secure_constructs.code.calls import Call, Gap, Place, Reading
from secure_constructs.code.functions import has_code, read_function
from secure_constructs.code.grants import proposed_grants
from secure_constructs.code.usage import Usage, usage_of

__all__ = [
    "Call",
    "Gap",
    "Place",
    "Reading",
    "Usage",
    "has_code",
    "proposed_grants",
    "read_function",
    "usage_of",
]
