"""A language that is only made up for tests: one row, one catalogue. Babel does not know it."""

from pathlib import Path

from consult.cli import catalogues
from consult.domain.languages import Language, Lunar, Speech

HAKKA = Language(
    code="hak_Hant",
    tag="hak-Hant-TW",
    name="客家話",
    babel="yue_Hant",
    browser_tags=("hak", "zh-hak"),
    voices=("hak", "zh-tw"),
    day="d.M. EEEE",
    long_day="y年M月d日",
    month="M月",
    weekday="EEEE",
    clock="Bh:mm",
    print_language="zh",
    print_region="TW",
    lunar=Lunar(months="一二三四五六七八九十冬臘", leap="潤"),
    speech=Speech(label="In Hakka", day="d.M. EEEE"),
    fallback="yue_Hant",
)
MARK = "\u5ba2"
"""Before each sentence of the made-up language: the one for Hakka."""
LACKING: tuple[object, ...] = ("Notices", ("%(n)s hour", "%(n)s hours"))
"""These have no translation yet."""


def write_catalogues(folder: Path) -> Path:
    """Make a folder of catalogues: those of the project, and that of the made-up language. Returns it."""
    for path in catalogues.FOLDER.glob("*/LC_MESSAGES"):
        (folder / path.parent.name).mkdir(parents=True)
        (folder / path.parent.name / "LC_MESSAGES").symlink_to(path)
    made = catalogues.new(HAKKA.code)
    for message in catalogues.read_catalogue(HAKKA.fallback or ""):
        if message.id:
            said = tuple("" if message.id in LACKING else MARK + text for text in catalogues.forms(message))
            made.add(message.id, string=said[0] if isinstance(message.string, str) else said)
    catalogues.write_catalogue(made, catalogues.path_of(HAKKA.code, folder))
    catalogues.compile_one(HAKKA.code, folder)
    return folder
