"""Functions that run with debugging switched on."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import alike, others
from secure_constructs.rules._values import named
from secure_constructs.template import Block, Resource, Template
from secure_constructs.vocabulary import VERBOSE_LEVELS, switches_debugging_on


class DebuggingEnvironment(Rule):
    """
    The function runs with debugging switched on.

    Debug output puts whole events into the log: tokens, addresses, card data. Some frameworks
    also answer errors with stack traces and open consoles when their debug switch is set. What a
    stack sets alike for several functions is said once.
    """

    id = "lambda-debugging-environment"
    control = "lambda.debug-env"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = "leave the debug switch out of environment, and set it for one investigation only"
    references = ("https://docs.aws.amazon.com/powertools/python/latest/core/logger/",)

    passes = (
        Example(
            "plain logging",
            {
                "Environment": {
                    "Variables": {
                        "LOG_LEVEL": "INFO",
                        "DEBUG": "false",
                        "POWERTOOLS_LOGGER_LOG_EVENT": "0",
                    }
                }
            },
        ),
    )
    fails = (
        Example(
            "events are logged",
            {"Environment": {"Variables": {"POWERTOOLS_LOGGER_LOG_EVENT": "true"}}},
        ),
        Example("a framework in debug mode", {"Environment": {"Variables": {"FLASK_DEBUG": 1}}}),
        Example("the debug level", {"Environment": {"Variables": {"LOG_LEVEL": "debug"}}}),
        Example(
            "it speaks for another",
            {"Environment": {"Variables": {"LOG_LEVEL": "debug"}}},
            beside={
                "Ship": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Environment": {"Variables": {"LOG_LEVEL": "debug"}}},
                }
            },
        ),
        Example(
            "the debug level of the platform",
            {"LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "TRACE"}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        faults = tuple(_faults(function))
        if faults and (sharing := alike(function, "AWS::Lambda::Function", _messages)):
            also = others(sharing, "as for")
            for block, path, message in faults:
                yield self.finding(block, path, f"{message}{also}")


def _messages(function: Resource) -> str:
    return ", ".join(message for _, _, message in _faults(function))


def _faults(function: Resource) -> Iterator[tuple[Block, tuple[str, ...], str]]:
    level = function.text("LoggingConfig.ApplicationLogLevel") or ""
    if level.lower() in VERBOSE_LEVELS:
        yield function, ("LoggingConfig", "ApplicationLogLevel"), f"the log level is {level}"
    variables = function.block("Environment.Variables")
    for name, value in named(variables):
        if isinstance(value, str | int) and switches_debugging_on(name, str(value)):
            yield variables, (name,), f"{name} is {value}"
