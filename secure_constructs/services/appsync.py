"""The API types of AppSync, and what they have in common."""

from __future__ import annotations

from typing import Final

from secure_constructs.template import Resource

GRAPHQL: Final = "AWS::AppSync::GraphQLApi"
EVENTS: Final = "AWS::AppSync::Api"


def is_private(api: Resource) -> bool:
    """
    Say whether only VPC endpoints lead to the API.
    """
    return api.text("Visibility") == "PRIVATE"
