"""Trails that see one region."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class SingleRegion(Rule):
    """
    The trail sees what happens in one region only.

    Intruders work in regions nobody uses, since nobody looks there.
    """

    id = "cloudtrail-single-region"
    control = "cloudtrail.multi-region"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::CloudTrail::Trail",)
    fix = "set is_multi_region_trail=True"
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html",
    )

    passes = (Example("every region", {"IsLogging": True, "IsMultiRegionTrail": True}),)
    fails = (
        Example("one region", {"IsLogging": True}),
        Example("said in text", {"IsMultiRegionTrail": "false"}),
    )

    def check(self, trail: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not trail.flag("IsMultiRegionTrail"):
            yield self.finding(trail, "IsMultiRegionTrail", "it sees one region only")
