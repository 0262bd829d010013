"""
Make the environment in ``.venv``, or repair it; say nothing when it is complete.

Run it as ``make environment``; the targets that need it, and ``cdk synth``, do so first.
The environment counts as complete when its stamp names this ``pyproject.toml``, this folder and
this interpreter.
The stamp is taken away before anything changes and written last, so whatever interrupts a set-up,
the next run notices and starts over.

Everything it says goes to standard error: ``cdk synth`` prints a template on standard output.
Any Python 3 reads this file, so that one too old is told so in plain words.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
ENVIRONMENT = ROOT / ".venv"
INTERPRETER = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "complete.json"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def use_supported_python() -> None:
    """Carry on under a Python that the project supports, or name what is missing."""
    bounds = re.search(r'(?m)^requires-python = ">=3\.(\d+),<3\.(\d+)"', PROJECT.read_text("utf-8"))
    if bounds is None:
        sys.exit(f"{PROJECT}: requires-python is not of the form >=3.x,<3.y")
    oldest, beyond = int(bounds.group(1)), int(bounds.group(2))
    if (3, oldest) <= sys.version_info < (3, beyond):
        return
    for minor in reversed(range(oldest, beyond)):
        other = shutil.which(f"python3.{minor}")
        # A version manager may put a name on the path that runs nothing.
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other, *sys.argv])  # noqa: S606
    sys.exit(
        f"secure-constructs needs Python 3.{oldest} to 3.{beyond - 1}, and {sys.executable} is "
        f"Python {sys.version.split()[0]}; name another one: "
        f"make PYTHON=/path/to/python3.{oldest} environment"
    )


def due() -> "dict[str, str]":
    """Give the stamp of a complete environment: what, once changed, asks for a new set-up."""
    return {
        "project": hashlib.sha256(PROJECT.read_bytes()).hexdigest(),
        # Scripts in an environment hold its absolute path.
        "environment": str(ENVIRONMENT),
        # A newer minor version behind the same link would find no packages.
        "interpreter": os.path.realpath(INTERPRETER),
    }


def found() -> "dict[str, str]":
    """Give the stamp of the last set-up that came to its end; empty when there is none."""
    if not os.access(INTERPRETER, os.X_OK):
        return {}
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def run(*command: object, lock: int) -> None:
    """
    Run a command; on a terminal show the line it is at, and its output only when it fails.

    Args:
        command: What to run.
        lock: Held by the command too, for it may outlive this process.
    """
    live = sys.stderr.isatty()
    width = shutil.get_terminal_size().columns - 3
    output = []
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=(lock,),
        env={
            **os.environ,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
        },
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if live:
                print(f"\r\033[K  {line.strip()[:width]}", end="", file=sys.stderr, flush=True)
    if live:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if process.returncode:
        say("".join(output[-40:]).rstrip())
        sys.exit(f"The set-up stopped at: {' '.join(map(str, command))}")


def set_up(*, lock: int) -> None:
    """Bring the environment to the state that its stamp will name."""
    began = time.monotonic()
    only_project_changed = {**found(), "project": ""} == {**due(), "project": ""}
    STAMP.unlink(missing_ok=True)
    if not only_project_changed:
        say(f"Making the environment in .venv with Python {sys.version.split()[0]}")
        if ENVIRONMENT.is_symlink() or ENVIRONMENT.is_file():
            ENVIRONMENT.unlink()
        run(sys.executable, "-I", "-m", "venv", "--clear", ENVIRONMENT, lock=lock)
    say("Installing what pyproject.toml names; the first time this takes a minute or two")
    # Compiling all of aws-cdk-lib would take ten times as long, for modules that few import.
    install = ("install", "--no-compile", "--progress-bar=off", "--editable", ".[dev]")
    run(INTERPRETER, "-I", "-m", "pip", *install, lock=lock)
    STAMP.write_text(json.dumps(due(), indent=2), "utf-8")
    say(f"The environment is complete, after {time.monotonic() - began:.0f} s")


def main() -> None:
    use_supported_python()
    if found() == due():
        return
    # The folder itself is locked: the lock goes with the process, whatever ends that.
    lock = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for the set-up that another command has begun")
        fcntl.flock(lock, fcntl.LOCK_EX)
    if found() != due():
        set_up(lock=lock)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nThe set-up was interrupted; the next run starts over")
