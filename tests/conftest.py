"""
What holds for the whole suite: the environment of the one jsii process, and the order of tests.

The process starts with the first import of ``aws_cdk`` and serves every test after it.
"""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# The same examples on each machine, however slow it is; --hypothesis-profile=explore tries others.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", patient)
settings.register_profile("reproducible", patient, derandomize=True)
settings.load_profile("reproducible")

# Read once, when the process starts: no banner on a Node past its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22,24")
# CDK's own rules cost five seconds of CPU a process and 60 ms a synth; ours run all the same.
os.environ.setdefault("CDK_VALIDATION", "false")

# The objects that importing aws_cdk makes all stay: looking for garbage among them costs 0.5 s.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes milliseconds first, what synthesizes next, and the real CLI last."""
    items.sort(
        key=lambda item: (
            item.get_closest_marker("cli") is not None,
            item.get_closest_marker("synth") is not None,
        )
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give the real CLI the environment that a user has."""
    if item.get_closest_marker("cli") is not None:
        os.environ.pop("CDK_VALIDATION", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one flag rewrite what reports are compared with."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the files in tests/reports/golden"
    )
