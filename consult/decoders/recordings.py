"""Turn any recording a phone makes into small mono AAC that every phone plays.

A program: recordings.py MOST_MEMORY MOST_SECONDS LONGEST. Writes a line with the whole seconds, rounded up, and then the
recording. Ends with 2 if the file is no recording, with 3 if it lasts longer than LONGEST seconds.
"""

import io
import math
import os
import resource
import sys

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

RATE = 24_000
BITS_PER_SECOND = 32_000
NOT_A_RECORDING, TOO_LONG = 2, 3


class TooLong(Exception):
    """The recording has more samples than `most_seconds` allows."""


def transcode(source: io.BytesIO, target: io.BytesIO, most_seconds: int) -> int:
    """Transcode a recording and return its seconds.

    Raises TooLong, and av.error.FFmpegError or IndexError for what is no recording.
    """
    samples = 0
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
                if samples > (most_seconds + 1) * RATE:
                    raise TooLong
                outgoing.mux(spoken.encode(part))
        for part in resampler.resample(None):
            outgoing.mux(spoken.encode(part))
        outgoing.mux(spoken.encode(None))
    if not samples:
        raise IndexError("no sound in it")
    return math.ceil(samples / RATE)


def main(most_memory: int, most_seconds: int, longest: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
    os.nice(10)
    target = io.BytesIO()
    try:
        seconds = transcode(io.BytesIO(sys.stdin.buffer.read()), target, longest)
    except TooLong:
        return TOO_LONG
    except (av.error.FFmpegError, IndexError, ValueError, MemoryError):
        return NOT_A_RECORDING
    sys.stdout.buffer.write(f"{seconds}\n".encode() + target.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
