"""Say why a file that a command was given cannot be read or written: in Chinese first, with what to do."""

import errno
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
