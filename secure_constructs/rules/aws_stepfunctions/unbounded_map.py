"""Maps that start a child for every item at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.workflows import STATE_MACHINE, workflow_of
from secure_constructs.template import Resource, Template


def _map(**more: Any) -> dict[str, Any]:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Charge",
        "States": {
            "Charge": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}],
                "End": True,
            }
        },
    }
    state = {"Type": "Map", "ItemProcessor": processor, "End": True, **more}
    return {"Definition": {"StartAt": "Each", "States": {"Each": state}}}


class UnboundedMap(Rule):
    """
    The map runs up to 10,000 items at once, and nothing bounds it.

    Whoever decides about the items, by filling a bucket or a list, takes all concurrency of the
    account at once. Each step that is retried multiplies it: what fails under the load comes back.
    """

    id = "stepfunctions-unbounded-map"
    control = "cost.unbounded-map"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.MEDIUM
    resource_types = (STATE_MACHINE,)
    fix = "set max_concurrency on the DistributedMap to what the steps behind it can take"
    references = (
        "https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html",
    )

    passes = (
        Example("bounded", _map(MaxConcurrency=20)),
        Example("bounded by the input", _map(MaxConcurrencyPath="$.atOnce")),
        Example(
            "an inline map, which is bounded",
            {
                "Definition": {
                    "StartAt": "Each",
                    "States": {
                        "Each": {
                            "Type": "Map",
                            "Iterator": {"StartAt": "A", "States": {"A": {"Type": "Pass"}}},
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example("no bound", _map()),
        Example(
            "no bound, in a definition in text, nor any retry",
            {
                "DefinitionString": '{"StartAt": "Each", "States": {"Each": {"Type": "Map",'
                ' "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "States": {}}}}}'
            },
        ),
    )
    uncertain = (
        Example(
            "the definition lies in a bucket",
            {"DefinitionS3Location": {"Bucket": "flows", "Key": "each.json"}},
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        states = workflow_of(machine).states
        for state in states:
            if not state.unbounded:
                continue
            inner = (step for step in states if step.place.startswith(f"{state.place}."))
            again = max((step.retries for step in inner), default=0)
            more = f", each tried {again} times more" if again else ""
            yield self.finding(
                machine, "Definition", f"{state.name} runs up to 10,000 items at once{more}"
            )
