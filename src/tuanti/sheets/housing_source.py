"""The file of a housing list, as it was brought: where its bytes are, and what a cell may hold."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, TypeAlias

from tuanti.sheets.cells import Wrong

Raw: TypeAlias = str | float | date | Wrong  # "" is blank; numbers of a workbook are floats
RawRow: TypeAlias = tuple[int, Sequence[Raw]]

MOST_ROWS = 1_500_000  # Excel ends at 1,048,576


class Blob:
    """The bytes of a file that lies on disk or in memory, under the name it was brought by."""

    def __init__(self, source: Path | bytes, name: str) -> None:
        self._source, self.name = source, name
        self.size = len(source) if isinstance(source, bytes) else source.stat().st_size

    def open(self) -> BinaryIO:
        """Open it for reading; as often as needed."""
        if isinstance(self._source, bytes):
            return io.BytesIO(self._source)
        return self._source.open("rb")

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Have it as a file, for as long as that is needed."""
        if isinstance(self._source, Path):
            yield self._source
            return
        with NamedTemporaryFile(suffix=Path(self.name).suffix[:8]) as file:
            file.write(self._source)
            file.flush()
            yield Path(file.name)
