"""Turn any recording a phone makes into small mono AAC that every phone plays.

A program: recordings.py MOST_MEMORY MOST_SECONDS LONGEST. Writes a line with the seconds, rounded to the nearest, and then
the recording, its table of contents first: a phone plays it while the rest still comes. Ends with 2 if the file is no
recording, with 3 if it lasts longer than LONGEST seconds, rounded too, with 4 if nothing can be heard in it.
"""

import io
import os
import resource
import struct
import sys
from array import array

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

RATE = 24_000
BITS_PER_SECOND = 32_000
NOT_A_RECORDING, TOO_LONG, SILENT = 2, 3, 4
QUIETEST = 0.004
"""Of full scale, 48 dB below it: a microphone that is switched off or covered stays under it, quiet speech does not."""
BOXES_OF_OFFSETS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
"""The boxes of an MP4 file that lead to the tables of offsets, each within the one before."""


class TooLong(Exception):
    """The recording has more samples than `most_seconds` allows."""


class Silent(Exception):
    """Nothing can be heard in the recording."""


def transcode(source: io.BytesIO, target: io.BytesIO, most_seconds: int) -> int:
    """Transcode a recording and return its seconds.

    Raises TooLong, Silent, and av.error.FFmpegError or IndexError for what is no recording.
    """
    samples, loudest = 0, 0.0
    with av.open(source, "r", metadata_errors="ignore") as incoming, av.open(target, "w", format="mp4") as outgoing:
        heard = incoming.streams.audio[0]
        spoken = outgoing.add_stream("aac", rate=RATE)
        if not isinstance(spoken, AudioStream):
            raise TypeError("aac gives a stream of sound")
        spoken.bit_rate = BITS_PER_SECOND
        spoken.layout = "mono"
        resampler = AudioResampler(format="fltp", layout="mono", rate=RATE)
        for frame in incoming.decode(heard):
            for part in resampler.resample(frame):
                samples += part.samples
                if samples > (most_seconds + 0.5) * RATE:  # what is shown is rounded, and so is the limit
                    raise TooLong
                loudest = max(loudest, _peak(bytes(part.planes[0])))
                outgoing.mux(spoken.encode(part))
        for part in resampler.resample(None):
            outgoing.mux(spoken.encode(part))
        outgoing.mux(spoken.encode(None))
    if not samples:
        raise IndexError("no sound in it")
    if loudest < QUIETEST:
        raise Silent
    return max(1, round(samples / RATE))


def _peak(plane: bytes) -> float:
    """Return the largest sample of a plane of floats, without its sign."""
    heard = array("f", plane[: len(plane) // 4 * 4])
    return max(max(heard), -min(heard)) if heard else 0.0


def contents_first(made: bytes) -> bytes:
    """Return an MP4 file with its `moov` before its `mdat`, so that it can be played before all of it has come.

    FFmpeg can do it with a file on a disk only. Raises ValueError for a file that is laid out otherwise.
    """
    boxes = dict(_boxes(made, 0, len(made)))
    start, end = boxes[b"moov"]
    data_start = boxes[b"mdat"][0]
    if start < data_start:
        return made
    contents = bytearray(made[start:end])
    _move_offsets(contents, 0, len(contents), len(contents))
    return made[:data_start] + bytes(contents) + made[data_start:start] + made[end:]


def _boxes(data: bytes | bytearray, start: int, end: int) -> list[tuple[bytes, tuple[int, int]]]:
    """Return the boxes of a part of a file: the name of each, where it begins and where it ends."""
    found = []
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
        if size < 8 or start + size > end:
            raise ValueError("not a row of boxes")
        found.append((name, (start, start + size)))
        start += size
    return found


def _move_offsets(contents: bytearray, start: int, end: int, by: int) -> None:
    """Add to every offset of a chunk within a part of the table of contents."""
    for name, (first, last) in _boxes(contents, start, end):
        if name in BOXES_OF_OFFSETS:
            _move_offsets(contents, first + 8, last, by)
        elif name in (b"stco", b"co64"):
            kind, size = (">I", 4) if name == b"stco" else (">Q", 8)
            (many,) = struct.unpack_from(">I", contents, first + 12)
            for at in range(first + 16, first + 16 + many * size, size):
                struct.pack_into(kind, contents, at, struct.unpack_from(kind, contents, at)[0] + by)


def main(most_memory: int, most_seconds: int, longest: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
    os.nice(10)
    target = io.BytesIO()
    try:
        seconds = transcode(io.BytesIO(sys.stdin.buffer.read()), target, longest)
        made = contents_first(target.getvalue())
    except TooLong:
        return TOO_LONG
    except Silent:
        return SILENT
    except (av.error.FFmpegError, IndexError, KeyError, ValueError, MemoryError):
        return NOT_A_RECORDING
    sys.stdout.buffer.write(f"{seconds}\n".encode() + made)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
