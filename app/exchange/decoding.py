"""Bytes of a file from anywhere into text: byte order marks, UTF-16, and the code pages that old tools wrote."""

import codecs

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file with `\\n` line ends, and the name of the encoding that read it.

    A byte order mark decides; else UTF-8; else UTF-16 where every other byte is zero; else Windows-1252, which reads anything
    (bytes it leaves undefined become U+FFFD). NUL characters are dropped.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return _clean(data[len(mark) :].decode(name, errors="replace")), name
    for name in _guesses(data):
        try:
            return _clean(data.decode(name)), name
        except UnicodeDecodeError:
            continue
    return _clean(data.decode("cp1252", errors="replace")), "cp1252"


def _guesses(data: bytes) -> list[str]:
    head = data[:4000]
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return ["utf-16-le", "utf-8"]
    if len(head) >= 4 and head[0::2].count(0) > len(head) // 4:
        return ["utf-16-be", "utf-8"]
    return ["utf-8"]


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
