"""Encodings: the right text, or U+FFFD in one item, never mojibake."""

from __future__ import annotations

import pytest

from bot.sources.feed import parse
from bot.sources.parsing.charsets import by_language, known, likeliest
from bot.sources.parsing.decode import decode

TEXTS = {
    "zh": "中国商务部周二表示，将限制稀土出口，公司股价下跌。",
    "tw": "中國商務部週二表示，將限制稀土出口，公司股價下跌。",
    "ja": "政府は火曜日に半導体の輸出を制限すると発表しました。",
    "ko": "정부는 화요일에 반도체 수출을 제한한다고 발표했다.",
    "ru": "Правительство во вторник объявило об ограничении экспорта полупроводников.",
    "el": "Η κυβέρνηση ανακοίνωσε την Τρίτη περιορισμούς στις εξαγωγές ημιαγωγών.",
    "he": "הממשלה הודיעה ביום שלישי על הגבלת הייצוא של שבבים.",
    "fr": "Le gouvernement a annoncé mardi des mesures très sévères, où ça coûte “cher”.",
    "pl": "Rząd ogłosił we wtorek ograniczenia eksportu półprzewodników, źródła mówią że też.",
    "en": "Plain words in plain letters.",
}


def feed(*titles: str, declared: str = "", lang: str = "") -> str:
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    language = f"<language>{lang}</language>" if lang else ""
    items = "".join(f"<item><title>{title}</title><guid>{at}</guid></item>\n" for at, title in enumerate(titles))
    return f'{head}<rss version="2.0"><channel><title>t</title>{language}\n{items}</channel></rss>'


def titles(data: bytes, content_type: str = "") -> list[str]:
    return [entry.title for entry in parse(data, {"content-type": content_type}).entries]


@pytest.mark.case_id(58)
@pytest.mark.parametrize(
    ("text", "bytes_in", "declared", "header", "right"),
    [
        ("fr", "utf-8", "iso-8859-1", "", True),  # strict UTF-8 beats a wrong declaration
        ("fr", "utf-8", "", "text/xml; charset=iso-8859-1", True),
        ("fr", "cp1252", "utf-8", "text/xml; charset=windows-1252", True),
        ("ru", "koi8-r", "", "text/xml; charset=koi8-r", True),
        ("ru", "cp1251", "windows-1251", "", True),
        ("ru", "cp1251", "windows-1251", "text/xml; charset=iso-8859-1", True),  # the header is only a server's default
        ("zh", "gb18030", "gb18030", "text/xml; charset=utf-8", True),
        ("ja", "shift_jis", "", 'text/xml; charset="Shift_JIS"', True),
        ("ja", "iso-2022-jp", "iso-2022-jp", "", True),
        ("ko", "euc-kr", "euc-kr", "", True),
        ("el", "iso8859-7", "ISO-8859-7", "", True),
        ("pl", "iso8859-2", "iso-8859-2", "", True),
    ],
)
def test_case_058_bytes_before_labels(text: str, bytes_in: str, declared: str, header: str, right: bool) -> None:
    body = feed(TEXTS[text], declared=declared).replace("“", '"').replace("”", '"')
    assert (titles(body.encode(bytes_in), header) == [TEXTS[text].replace("“", '"').replace("”", '"')]) is right


@pytest.mark.case_id(59)
@pytest.mark.parametrize(
    ("text", "bytes_in"),
    [
        ("zh", "gbk"),
        ("tw", "big5"),
        ("ja", "shift_jis"),
        ("ja", "euc-jp"),
        ("ko", "euc-kr"),
        ("ru", "cp1251"),
        ("ru", "koi8-r"),
        ("ru", "iso8859-5"),
        ("el", "cp1253"),
        ("he", "cp1255"),
        ("fr", "cp1252"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "", "iso-8859-1"])
def test_case_059_text_that_is_labelled_utf8_or_not_at_all(text: str, bytes_in: str, declared: str) -> None:
    assert titles(feed(TEXTS[text], "ascii", declared=declared).encode(bytes_in)) == [TEXTS[text], "ascii"]


def test_the_language_settles_what_looks_cannot() -> None:
    body = feed(TEXTS["pl"], lang="pl").encode("cp1250")
    assert titles(body) == [TEXTS["pl"]]
    assert by_language("zh") == "gb18030"
    assert by_language("en") == by_language("") == "cp1252"


@pytest.mark.case_id(60)
def test_case_060_gb2312_means_gb18030() -> None:
    text = "朱镕基在東京说：㐀𠀀"
    assert titles(feed(text, declared="gb2312").encode("gb18030")) == [text]
    assert titles(feed(text).encode("gb18030"), "text/xml; charset=GB2312") == [text]


@pytest.mark.case_id(61)
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("declared", ["utf-16", ""])
def test_case_061_wide_encodings(name: str, mark: str, declared: str) -> None:
    assert titles((mark + feed(TEXTS["zh"], declared=declared)).encode(name)) == [TEXTS["zh"]]


@pytest.mark.case_id(61)
def test_case_061_a_wide_label_on_narrow_bytes_and_a_mark_on_utf8() -> None:
    assert titles(feed("ärger", declared="utf-16").encode()) == ["ärger"]
    assert titles(feed("ärger").encode("utf-8-sig")) == ["ärger"]
    assert titles(b"\xef\xbb\xbf \n" + feed("ärger", declared="utf-8").encode()) == ["ärger"]
    assert titles(b"\xff\xfe" + feed("odd").encode("utf-16-le") + b"\n") == ["odd"]
    assert decode(b"\xff\xfe\x00\xd8a\x00b\x00c\x00").utf8.decode() == "\ufffdabc"


@pytest.mark.case_id(62)
def test_case_062_windows_quotes_in_latin_1() -> None:
    text = "“Smart” – it’s"
    assert titles(feed(text, declared="iso-8859-1").encode("cp1252")) == [text]
    assert titles(feed("A&#150;B &#146;s", declared="iso-8859-1").encode()) == ["A–B ’s"]
    assert titles(feed("A\x96B").encode()) == ["A–B"]


@pytest.mark.case_id(63)
@pytest.mark.parametrize("once", ["café", "“smart” – it’s", "中国限制出口", "Ґудзик"])
@pytest.mark.parametrize("misread_as", ["latin-1", "cp1252"])
def test_case_063_utf8_encoded_twice_is_undone(once: str, misread_as: str) -> None:
    try:
        twice = once.encode().decode(misread_as)
    except UnicodeDecodeError:
        twice = once.encode().decode("latin-1")
    if not twice.isascii() and twice.isprintable():
        assert titles(feed(twice, "sound: naïve").encode()) == [once, "sound: naïve"]


def test_sound_text_is_never_taken_for_twice_encoded() -> None:
    for text in ("Ã la carte", "nemôžu, 8-tisíc", "SÃO PAULO â€”", "Â© 2026 中", "10Â°", "le prix du café\xa0»"):
        fixed = titles(feed(text).encode())[0]
        assert fixed == text or fixed.encode() == text.encode("cp1252"), (text, fixed)


@pytest.mark.case_id(64)
def test_case_064_one_item_in_another_encoding_leaves_the_others() -> None:
    parts = [feed("中国限制出口").encode(), feed(TEXTS["zh"]).encode("gbk"), feed("café ’").encode("cp1252")]
    items = b"".join(part[part.index(b"<item>") : part.index(b"</channel>")] for part in parts)
    assert titles(b'<rss version="2.0"><channel>' + items + b"</channel></rss>") == [
        "中国限制出口",
        TEXTS["zh"],
        "café ’",
    ]


@pytest.mark.case_id(64)
def test_case_064_strays_are_patched_in_place() -> None:
    body = feed("它’s 中国 @lone@ and @broken@ end", "中国").encode()
    body = body.replace(b"@lone@", b"\x93q\x94").replace(b"@broken@", b"\xe4\xb8")
    assert titles(body) == ["它’s 中国 “q” and \ufffd end", "中国"]


@pytest.mark.case_id(65)
@pytest.mark.parametrize(
    "label", ["x-foo", "rot13", "base64", "utf-7", "unicode_escape", "idna", "undefined", "a" * 39]
)
def test_case_065_unknown_charsets_fall_through(label: str) -> None:
    assert titles(feed(TEXTS["fr"], declared=label).encode()) == [TEXTS["fr"]]
    assert titles(feed(TEXTS["zh"]).encode("gbk"), f"text/xml; charset={label}") == [TEXTS["zh"]]
    assert known(label) == ""


def test_charset_labels() -> None:
    assert known("GB2312") == known("gbk") == known("x-gbk") == "gb18030"
    assert known("latin1") == known("us-ascii") == "cp1252"
    assert known("utf8") == "utf8"
    assert known("hz-gb-2312") == "hz"


def test_hz_is_read_when_it_is_named() -> None:
    assert titles(feed("中国").encode("hz"), "text/xml; charset=hz-gb-2312") == ["中国"]


def test_a_body_cut_within_a_character() -> None:
    body = feed("中国", "出口").encode()
    cut = decode(body[: body.index("口".encode()) + 1])
    assert cut.cut
    assert cut.utf8.decode().endswith("出")
    gbk = feed("中国", "出口", declared="gbk").encode("gbk")
    assert decode(gbk[: gbk.index("口".encode("gbk")) + 1]).cut
    parsed = parse(gbk[: gbk.index("口".encode("gbk")) + 1], {})
    assert [entry.title for entry in parsed.entries] == ["中国"]
    assert not parsed.complete


def test_bytes_in_no_encoding_at_all() -> None:
    noise = bytes(range(0x80, 0x100)) * 3
    body = feed("sound", "@").encode().replace(b"@", noise)
    assert titles(body)[0] == "sound"
    assert likeliest(b"ascii only") == ""
    assert likeliest("中".encode("gbk")[:1]) == ""


@pytest.mark.parametrize("named", ["utf-16", "utf-32"])
@pytest.mark.parametrize("broken", [b"\x86\x90\xa4 \xd3\xe9\xee \xff\xfe\x81", bytes(range(128, 250)) * 4])
@pytest.mark.parametrize("items", [0, 8])
def test_a_wide_charset_that_the_bytes_belie_is_not_tried(named: str, broken: bytes, items: int) -> None:
    whole = "".join(f"<item><title>café numéro {n} à l’école</title></item>" for n in range(items)).encode()
    odd = b"<item><title>" + broken + b"</title></item>"
    head = f'<?xml version="1.0" encoding="{named}"?><rss version="2.0"><channel><title>C</title>'.encode()
    text = decode(head + whole + odd + whole + b"</channel></rss>", f"text/xml; charset={named}").utf8
    assert text.decode().count("école") == 2 * items
