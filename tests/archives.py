"""Archives unpacked on every Python that the app runs on: the filters of `extractall` came with 3.11.4, and are asked for since 3.12."""

import tarfile
from pathlib import Path
from typing import IO


def unpack(archive: Path | IO[bytes], folder: Path) -> None:
    """Write the files of an archive of our own making into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    name, file = (archive, None) if isinstance(archive, Path) else (None, archive)
    with tarfile.open(name, fileobj=file) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                (folder / member.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / member.name).write_bytes(content.read())
