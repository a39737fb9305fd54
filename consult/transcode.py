"""python -m consult.transcode FROM TO: any recording a phone makes, as small mono AAC that every phone plays.

A program of its own: a broken or malicious file ends this process and not the server, and its memory goes with it.
Prints the length in whole seconds, rounded up. Ends with 2 if the file is no recording, with 3 if it is too long.
"""

import math
import resource
import sys

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

RATE = 24_000
BITS_PER_SECOND = 32_000
MOST_MEMORY = 1 << 30
MOST_CPU_SECONDS = 40
NOT_A_RECORDING, TOO_LONG = 2, 3


class TooLong(Exception):
    """The recording has more samples than `most_seconds` allows."""


def transcode(source: str, target: str, most_seconds: int) -> int:
    """Transcode a recording and return its seconds.

    Raises TooLong, and av.error.FFmpegError or IndexError for what is no recording.
    """
    samples = 0
    with av.open(source, metadata_errors="ignore") as incoming, av.open(target, "w", format="mp4") as outgoing:
        heard = incoming.streams.audio[0]
        spoken = outgoing.add_stream("aac", rate=RATE)
        assert isinstance(spoken, AudioStream)
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


def main(source: str, target: str, most_seconds: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        print(transcode(source, target, int(most_seconds)))
    except TooLong:
        return TOO_LONG
    except (av.error.FFmpegError, IndexError, ValueError, MemoryError):
        return NOT_A_RECORDING
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
