"""Run the command line as ``python -m secure_constructs``."""

from __future__ import annotations

import sys

from secure_constructs.cli import main

if __name__ == "__main__":
    sys.exit(main())
