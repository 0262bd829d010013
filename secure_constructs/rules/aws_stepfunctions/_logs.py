"""Which workflows keep a log of their executions."""

from __future__ import annotations

from secure_constructs.template import Resource


def keeps_log(machine: Resource) -> bool:
    """
    Say whether executions are logged: that takes a level, and somewhere to log to.
    """
    level = machine.text("LoggingConfiguration.Level") or "OFF"
    return level != "OFF" and bool(machine.items("LoggingConfiguration.Destinations"))
