from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "secure_constructs" / "runtime"


@pytest.mark.parametrize("handler", ["issuer", "promoter"])
def test_runs_from_its_own_folder_with_what_the_lambda_runtime_has(handler: str) -> None:
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(RUNTIME)!r})\n"
        f"from upload.{handler} import handler\n"
        "assert callable(handler)\n"
        "ours = {'secure_constructs', 'aws_cdk', 'jsii', 'aws_lambda_powertools', 'pydantic'}\n"
        "assert not ours & set(sys.modules), ours & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", script], check=True)
