"""``cost``: what attackers can make an app cost at the most."""

from __future__ import annotations

import argparse
import sys

from secure_constructs.cli._program import Commands, Exit, is_terminal, write
from secure_constructs.cli._reading import config_at, read


def add(commands: Commands) -> None:
    """
    Add the command.
    """
    cost = commands.add_parser(
        "cost",
        help="say what attackers can make the app cost, and what would lower that",
        description="Bound what attackers can make an app cost an hour and a month: from what "
        "they can send, past throttles, quotas, retries and fan-out, at list prices. It fails "
        "where that is more than max-cost-per-hour in the configuration.",
        allow_abbrev=False,
    )
    cost.set_defaults(run=_run)
    cost.add_argument(
        "paths",
        nargs="*",
        default=["cdk.out"],
        metavar="PATH",
        help="a cdk.out folder, or a template in JSON or YAML; default: cdk.out",
    )
    cost.add_argument("--format", choices=("text", "json"), default="text")
    cost.add_argument("--output", metavar="FILE", help="write the report there")
    cost.add_argument(
        "--region",
        metavar="NAME",
        help="where stacks are deployed that are bound to no region; "
        "default: not known, so the dearest prices hold",
    )
    cost.add_argument(
        "--config",
        metavar="FILE",
        help="default: the nearest secure-constructs.toml or pyproject.toml with our table",
    )
    cost.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _run(options: argparse.Namespace) -> Exit:
    from secure_constructs.cost import Limits, ceiling_of, savings
    from secure_constructs.reports.cost import render, show

    config = config_at(options.config)
    templates, _ = read(options.paths)
    found = ceiling_of(
        templates,
        limits=Limits(concurrency=config.account_concurrency, **config.limits),
        prices=config.prices,
        region=options.region or config.region,
    )
    tried = savings(found)
    if options.output:
        write(options.output, render(found, tried, options.format))
    elif options.format == "text" and is_terminal(options):
        show(found, tried)
    else:
        sys.stdout.write(render(found, tried, options.format))
    limit = config.max_cost_per_hour
    above = limit is not None and (found.per_hour > limit or bool(found.unbounded))
    return Exit.FINDINGS if above else Exit.CLEAN
