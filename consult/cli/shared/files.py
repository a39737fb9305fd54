"""Read and write the files that a command is given, within bounds, and say why that cannot be: in Chinese first."""

import errno
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

WHY = {
    errno.ENOENT: ("没有这个文件", "there is no such file"),
    errno.ENOTDIR: ("路径中间的不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: ("是文件夹，要写文件的名字", "it is a folder: type the name of a file"),
    errno.EEXIST: ("文件已经有了，不会盖掉", "it is there already, and is not written over"),
    errno.EROFS: (
        "硬盘只能看，什么都写不进去。请看 consult doctor",
        "the disk can only be read. Please look at: consult doctor",
    ),
    errno.ENOSPC: ("硬盘满了。请看 consult doctor", "the disk is full. Please look at: consult doctor"),
    errno.ENAMETOOLONG: ("名字太长", "the name is too long"),
}
NOT_ALLOWED = (errno.EACCES, errno.EPERM)


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """Let a command end with a sentence where a file cannot be read or written. Raises click.ClickException."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(why(error, Path(error.filename or path or "."))) from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{path}：里面不是文字 / it does not hold text") from None


def read(path: Path, most: int) -> bytes:
    """Return what stands in a file, or comes out of a pipe, of at most `most` bytes. Raises OSError, click.ClickException."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe to which nobody writes would be waited for
    with open(descriptor, "rb") as file:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
            raise click.ClickException(f"{path}：不是文件 / it is no file")
        os.set_blocking(descriptor, True)
        return within(file, most, str(path))


def within(source: IO[bytes], most: int, name: str) -> bytes:
    """Return what a source holds, of at most `most` bytes. Raises click.ClickException."""
    content = source.read(most + 1)
    if len(content) > most:
        mib = most / 1024**2
        raise click.ClickException(
            f"{name}：太大，最多 {mib:g} MB，没有读 / too large, it may have {mib:g} MB; it was not read"
        )
    return content


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, also where one with other rights stands there. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with open(descriptor, "wb") as file:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # and not /dev/stdout
            os.fchmod(descriptor, 0o600)
            os.ftruncate(descriptor, 0)
        file.write(content)


def why(error: OSError, path: Path) -> str:
    """Return why a file cannot be read or written, and what to do."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    place = path if path.is_dir() else path.parent
    if error.errno == errno.ENOENT and not place.exists():
        return (
            f"没有文件夹 {place}；先输入 install -d -m 700 -o {user} {place} / there is no such folder; first type that"
        )
    if error.errno in NOT_ALLOWED:
        return (
            f"{path}：用户 {user} 在这里没有权限。换一个他能用的文件夹，或者先输入 install -d -m 700 -o {user} {place} / "
            f"the user {user} has no permission here. Take another folder, or first type: install -d -m 700 -o {user} {place}"
        )
    chinese, english = WHY.get(error.errno or 0, (f"读不了或写不了（{error.strerror}）", f"{error.strerror}"))
    return f"{path}：{chinese} / {english}"
