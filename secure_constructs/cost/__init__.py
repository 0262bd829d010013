"""
The spending ceiling: what attackers can make an app cost at the most (SAS-8).

It follows the attack map: from what outsiders can send, past throttles, quotas, retries and
fan-out, to what each resource then does in an hour, at list prices. What is not known counts as
the most the service takes, and is said.
"""

from secure_constructs.cost.ceiling import Ceiling, Saving, Share, ceiling_of, savings
from secure_constructs.cost.gate import Excess, above
from secure_constructs.cost.limits import Limits
from secure_constructs.cost.lines import Doubt, Line
from secure_constructs.cost.prices import Price, Prices, price_list

__all__ = [
    "Ceiling",
    "Doubt",
    "Excess",
    "Limits",
    "Line",
    "Price",
    "Prices",
    "Saving",
    "Share",
    "above",
    "ceiling_of",
    "price_list",
    "savings",
]
