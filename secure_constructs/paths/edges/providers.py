"""Identity providers outside the account: whose tokens the trust policies of roles take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam.federation import admitted
from secure_constructs.iam.policies import trust_policy
from secure_constructs.iam.roles import ROLE
from secure_constructs.paths.graph import INTERNET, MEMBERS, Edge, Flow, Guard, node_of
from secure_constructs.template import Resource, Template

TYPES: Final = (ROLE,)


def edges(role: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the strangers and the users of apps that act with a role by a token they get elsewhere.

    Those a trust policy names, people and pipelines of the team, are no outsiders.
    """
    policy = trust_policy(role)
    for statement in policy.document.allowing:
        for found in admitted(statement, template):
            for source, guard, answer in (
                (INTERNET, Guard.NONE, found.anyone),
                (MEMBERS, Guard.AUTHORIZER, found.users),
            ):
                if answer.possible:
                    yield Edge(
                        source=source,
                        target=node_of(role),
                        flow=Flow.ASSUME,
                        via=role,
                        label=f"token of {found.issuer}",
                        place=policy.at(statement),
                        guard=guard,
                        certain=answer.certain and statement.allows,
                    )
