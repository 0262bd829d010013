"""
What is deployed to Lambda, built without Docker and without a network.

The handlers are plain Python: they are copied as they are.
Powertools, and Pydantic with its compiled core, come from the layer that AWS publishes.
"""

from pathlib import Path
from typing import Final

from aws_cdk import Aws, IgnoreMode
from aws_cdk import aws_lambda as lambda_

# Holds aws-lambda-powertools 3.31.1:
# https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
POWERTOOLS_LAYER: Final = (
    f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:017000801446"
    ":layer:AWSLambdaPowertoolsPythonV3-python314-arm64:36"
)


def handlers() -> lambda_.AssetCode:
    """Give the ``handlers`` package, and nothing else of this folder."""
    return lambda_.Code.from_asset(
        str(Path(__file__).parent),
        exclude=["/*", "!/handlers/", "__pycache__/", "*.pyc"],
        ignore_mode=IgnoreMode.GIT,
    )
