"""The files of a function's code."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Folder(NamedTuple):
    """
    The files of an asset: a folder, or the text of a function's only file.

    Args:
        path: The folder; ``None`` for a text.
        texts: Name -> source, for a text.
    """

    path: Path | None
    texts: tuple[tuple[str, str], ...] = ()

    def has(self, name: str) -> bool:
        """
        Whether there is such a file.
        """
        if self.path is None:
            return any(known == name for known, _ in self.texts)
        return _inside(name) and (self.path / name).is_file()

    def has_folder(self, name: str) -> bool:
        """
        Whether there is such a folder.
        """
        if self.path is None:
            return any(known.startswith(f"{name}/") for known, _ in self.texts)
        return _inside(name) and (self.path / name).is_dir()

    def read(self, name: str) -> str:
        """
        Read a file.

        Raises:
            OSError: It cannot be read.
            UnicodeDecodeError: It is no text.
        """
        if self.path is None:
            return dict(self.texts)[name]
        return (self.path / name).read_text(encoding="utf-8-sig")


def _inside(name: str) -> bool:
    """
    Whether a name stays in the folder, whatever a handler or an import says.
    """
    return not name.startswith("/") and ".." not in name.split("/") and "\0" not in name
