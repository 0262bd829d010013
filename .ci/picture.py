"""
Make the pictures in the README.

One is what a terminal shows of the insecure twin of the sample app, the other its attack map.
The app is synthesized and judged by the real command in a terminal of its own; of a long report
the middle is left out, and the picture says how much. Run it as ``make picture``.
"""

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "sample_app" / "insecure.svg"
MAP = ROOT / "sample_app" / "insecure_map.svg"
COLUMNS = 140
FIRST, LAST = 30, 12


def synthesized(folder: Path) -> Path:
    """Synthesize the insecure twin, which fails after it has written everything."""
    assembly = folder / "cdk.out"
    environment = {**os.environ, "CDK_OUTDIR": str(assembly), "CDK_VALIDATION": "false"}
    subprocess.run(
        [sys.executable, "-m", "sample_app.insecure"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    return assembly


def shown(assembly: Path) -> list[str]:
    """Give the lines that the command shows on a terminal."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "secure_constructs", "check", str(assembly)]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
        "COLUMNS": str(COLUMNS),
        "TERM": "xterm-256color",
    }
    output = bytearray()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=child) as process:
        os.close(child)
        try:
            while part := os.read(parent, 65_536):
                output += part
        except OSError:
            pass  # this is how a terminal says that nobody writes to it any more
    os.close(parent)
    if process.returncode != 1:
        sys.exit(
            f"the insecure twin should have findings, and the command ended {process.returncode}"
        )
    return output.decode().splitlines()


def shortened(lines: list[str]) -> list[str]:
    """Leave the middle out, between whole findings, and say how much that is."""
    plain = [Text.from_ansi(line).plain for line in lines]
    if len(lines) <= FIRST + LAST:
        return lines
    first = max(n for n in range(FIRST) if not plain[n])
    last = min(n for n in range(len(lines) - LAST, len(lines)) if plain[n][:1].strip())
    left_out = f"\x1b[2m      ... {last - first - 1} lines ...\x1b[0m"
    return [*lines[:first], "", left_out, "", *lines[last:]]


def drawn(assembly: Path) -> None:
    """Draw the attack map."""
    command = [sys.executable, "-m", "secure_constructs", "paths", str(assembly)]
    subprocess.run([*command, "--format", "svg", "--output", str(MAP)], cwd=ROOT, check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        assembly = synthesized(Path(folder))
        drawn(assembly)
        lines = shown(assembly)
    lines = shortened(lines)
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    prompt = Text.assemble(("$ ", "green"), "secure-constructs check cdk.out")
    for line in (prompt, Text(), *map(Text.from_ansi, lines)):
        console.print(line, soft_wrap=False, no_wrap=True, overflow="ellipsis", highlight=False)
    picture = console.export_svg(title="secure-constructs", unique_id="secure-constructs")
    # A picture in a README may load nothing, and rich asks for a font on the web.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
