"""
The constructs in the partitions of China and of the government of the United States.

Each exhibit of the gallery is built in a Region of each. A construct that needs a service that is
not there refuses, before anything is made; what is built names no other partition.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import aws_cdk as cdk
import pytest

from secure_constructs.errors import ConstructError
from tests.gallery.app import ANYWHERE, exhibits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REGIONS = ("cn-north-1", "us-gov-west-1")

# CloudFront takes its web ACL from us-east-1, which is not within reach of other partitions.
BEHIND_CLOUDFRONT = {"Distribution", "FunctionUrl", "HttpApi", "WebsocketApi"}
NOT_THERE = {
    "cn-north-1": {*BEHIND_CLOUDFRONT, "GraphqlApi", "UserPool"},
    "us-gov-west-1": BEHIND_CLOUDFRONT,
}

# What the exhibits themselves name.
GIVEN = re.compile(
    r"arn:aws:(acm|iam::111122223333|cloudwatch:\\*|wafv2|lambda|kms|sns|sqs|signer)"
)

each = pytest.mark.parametrize(
    ("name", "build"),
    [(name, build) for name, build in exhibits() if not build.__name__.endswith(ANYWHERE)],
    ids=lambda value: value if isinstance(value, str) else "",
)


@each
@pytest.mark.parametrize("region", REGIONS)
def test_names_no_other_partition(
    name: str, build: Callable[[cdk.Stack], None], region: str, tmp_path: Path
) -> None:
    app = cdk.App(
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
        outdir=str(tmp_path),
    )
    env = cdk.Environment(account="111122223333", region=region)
    stack = cdk.Stack(app, name, env=env)
    if name in NOT_THERE[region]:
        with pytest.raises(ConstructError, match=region):
            build(stack)
        return
    build(stack)
    made = app.synth().get_stack_by_name(name).template["Resources"]
    foreign = [
        arn for arn in re.findall(r"arn:aws:[^\"]*", json.dumps(made)) if not GIVEN.match(arn)
    ]
    assert not foreign
