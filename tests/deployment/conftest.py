"""An AWS account in memory for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.deployment import models

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    models.install()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            environment.setenv(name, value)
        with mock_aws(config={"lambda": {"use_docker": False}}):
            yield
