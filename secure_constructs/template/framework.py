"""The resources CDK makes for purposes of its own."""

from __future__ import annotations

import re
from typing import Final

# Construct ids that aws-cdk-lib gives its singletons and provider frameworks, as steps of a path.
_SINGLETONS: Final = re.compile(
    r"""
    /(?:
      Custom::[^/]+                                  # handlers of custom resources
    | AWSCDK\.[^/]+CustomResourceProvider
    | AWS679f53fac002430cb0da5b7982bd2287            # AwsCustomResource
    | LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a
    | BucketNotificationsHandler050a0587b7544547bf325f094a3db834
    | SingletonLambda[0-9a-f]{32}
    | framework-(?:onEvent|isComplete|onTimeout)(?:/|$)
    | waiter-state-machine(?:/|$)
    | CDKMetadata(?:/|$)
    )
    """,
    re.VERBOSE,
)
_LOGICAL_IDS: Final = re.compile(
    r"(?:AWS679f53fac002430cb0da5b7982bd2287|(?:Custom|AWSCDK)[A-Z]\w*CustomResourceProvider(?:Handler|Role)"
    r"|CustomCDKBucketDeployment|LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a"
    r"|BucketNotificationsHandler050a0587b7544547bf325f094a3db834|CDKMetadata$)"
)


def made_by_cdk(logical_id: str, construct_path: str) -> bool:
    """
    Say whether CDK made a resource for itself: custom-resource handlers, their roles, metadata.
    """
    return bool(
        _LOGICAL_IDS.match(logical_id)
        or (construct_path and _SINGLETONS.search(f"/{construct_path}"))
    )
