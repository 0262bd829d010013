"""Functions that run with debugging switched on."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_SWITCHES = {
    "DEBUG",
    "DJANGO_DEBUG",
    "FLASK_DEBUG",
    "POWERTOOLS_DEBUG",
    "POWERTOOLS_DEV",
    "POWERTOOLS_LOGGER_LOG_EVENT",
    "PYTHONDEVMODE",
}
_LEVELS = {"AWS_LAMBDA_LOG_LEVEL", "LOGGING_LEVEL", "LOGLEVEL", "LOG_LEVEL", "POWERTOOLS_LOG_LEVEL"}
_ON = {"1", "ON", "TRUE", "YES"}
_DEBUG_LEVELS = {"DEBUG", "TRACE"}


class DebuggingEnvironment(Rule):
    """
    The function runs with debugging switched on.

    Debug output puts whole events into the log: tokens, addresses, card data. Some frameworks
     also answer errors with stack traces and open consoles when their debug switch is set.
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
            "the debug level of the platform",
            {"LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "TRACE"}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        level = (function.text("LoggingConfig.ApplicationLogLevel") or "").upper()
        if level in _DEBUG_LEVELS:
            yield self.finding(
                function, "LoggingConfig.ApplicationLogLevel", f"the log level is {level}"
            )
        variables = function.block("Environment.Variables")
        for name in variables:
            value = variables.get((name,))
            text = str(value).strip().upper() if isinstance(value, str | int) else ""
            if (name.upper() in _SWITCHES and text in _ON) or (
                name.upper() in _LEVELS and text in _DEBUG_LEVELS
            ):
                yield self.finding(variables, (name,), f"{name} is {value}")
