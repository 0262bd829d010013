"""
Rebuild ``secure_constructs/data/lambda_runtimes.json``.

Run ``python -m tests.data.lambda_runtimes`` after raising cfn-lint, which reads the
table in https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.
"""

from __future__ import annotations

import datetime as dt
import json
from importlib import metadata, resources
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[2] / "secure_constructs" / "data" / "lambda_runtimes.json"


def rebuilt() -> dict[str, Any]:
    """
    The data file as it would be written today.
    """
    folder = resources.files("cfnlint") / "data" / "AdditionalSpecs"
    lifecycle = json.loads((folder / "LmbdRuntimeLifecycle.json").read_text(encoding="utf-8"))
    return {
        "source": "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
        "via": f"cfn-lint {metadata.version('cfn-lint')}, LmbdRuntimeLifecycle.json",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "runtimes": {
            name: {"deprecated": dates["deprecated"], "successor": dates["successor"]}
            for name, dates in sorted(lifecycle.items())
        },
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(rebuilt(), indent=2) + "\n", encoding="utf-8")
