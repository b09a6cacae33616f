"""From bytes to text, or to a reason why not."""

import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import InputError
from daemon.formats import read
from daemon.formats.decode import decode_text

FRENCH = "C’est déjà l’été à Noël, et le café était fermé.\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding_and_is_gone(encoding):
    text, name, _ = decode_text(FRENCH.encode(encoding))
    assert text == FRENCH
    assert name == encoding.removesuffix("-sig")


def test_marks_left_inside_by_joined_files_are_gone_too():
    assert decode_text("\ufeff\ufeffone\n\ufefftwo".encode())[0] == "one\ntwo"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_nuls(encoding):
    text = "Hello there, this is text."
    assert decode_text(text.encode(encoding)) == (text, f"{encoding} (guessed)", 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "大家好。\n我们今天谈天气。\n",
        "一个人开门。\n言语不多。\n",
        "ผู้ดำเนินรายการ: สวัสดีครับ\nแขก: ขอบคุณครับ\n",
        "Привет, как дела? Это проверка.",
        "می\u200cروم به خانه\nنمی\u200cدانم چرا این جا سرد است\n",
        "我们今天讨论明年的预算，一定要认真考虑。",
    ],
)
def test_utf_16_of_letters_without_nuls_is_told_by_its_line_ends_and_marks(encoding, text):
    assert decode_text(text.encode(encoding)) == (text, f"{encoding} (guessed)", 0)


def test_a_stray_nul_makes_no_utf_16_of_other_text():
    for text in ("été à Noël\0", "\0abc def ghi jkl", "abc def\0 ghi jkl mno"):
        with pytest.raises(InputError, match="NUL bytes"):
            decode_text(text.encode())


@pytest.mark.long
def test_the_encoding_of_a_large_file_is_told_from_a_part_of_it():
    text = "plain line\n" * 60_000 + "Привет, как дела? Это проверка расшифровки.\n" * 20_000
    assert decode_text(text.encode("cp1251")) == (text, "cp1251 (guessed)", 0)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\f\ufeff")))
def test_utf_8_comes_back_as_it_was(text):
    assert decode_text(b"a" + text.encode()) == ("a" + text, "utf-8", 0)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", FRENCH),
        ("cp1252", "café"),
        ("cp1252", "El niño comió mañana con la señora en España."),
        ("cp1252", "Não, então você já está aí? Coração."),
        ("cp1252", "“Quotes” – and it’s all English here…"),
        ("cp1252", "på svenska säger vi så här"),
        ("cp1250", "Zażółć gęślą jaźń. Dziękuję bardzo."),
        ("iso8859_16", "„Bună ziua,” a spus ea. Știți că țara noastră a trecut prin multe."),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
        ("iso8859_2", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
        ("iso8859_2", "Zażółć gęślą jaźń. Dziękuję bardzo, proszę państwa, ŻÓŁĆ."),
        ("iso8859_2", "Škoda, že už ťa nevidím, žiaľ. Ďakujem."),
        ("cp850", "Grüße aus der Bäckerei, wir öffnen früh und schließen spät."),
        ("cp850", "C'est déjà l'été à la forêt, et le café était fermé."),
        ("cp850", "El niño comió mañana con la señora en España, ¿verdad?"),
        ("cp852", "Zażółć gęślą jaźń. Dziękuję bardzo."),
        ("iso8859_15", "Le cœur des œuvres, la sœur, 20 €, et l'été déjà."),
        ("iso8859_5", "Привет, как дела? Это проверка расшифровки."),
        ("koi8_r", "Привет, как дела? Это проверка расшифровки."),
        ("koi8_u", "Привіт, як справи? Це перевірка розшифрування її мови."),
        ("cp1251", "Привіт, як справи? Це перевірка розшифрування її мови."),
        ("cp866", "Привет, как дела? Это проверка расшифровки."),
        ("cp1251", "ДОБРОЕ УТРО, НАЧИНАЕМ НАШЕ СОБРАНИЕ"),
        ("cp1251", "Здравейте, днес ще говорим за градината и за нашите съседи."),
        ("cp1254", "Güneşli bir gün, değil mi? İstanbul'da yağmur"),
        ("cp1251", "Привет, как дела? Это проверка расшифровки."),
        ("cp1251", "ну вот, мы и закончили эту запись"),
        ("cp1253", "Καλημέρα σας, σήμερα αρχίζουμε τη δουλειά μας."),
        ("iso8859_7", "Καλημέρα σας. Άλλη μέρα, άλλη δουλειά."),
        ("iso8859_6", "صباح الخير جميعا، اليوم نبدأ العمل في الحديقة مع الجيران"),
        ("cp1256", "صباح الخير جميعا، اليوم نبدأ العمل في الحديقة مع الجيران"),
        ("cp1255", "שלום לכם, היום אנחנו מתחילים לעבוד."),
        ("cp874", "สวัสดีครับ วันนี้เราจะเริ่มงานกัน"),
        ("cp874", "สวัสดีครับ… “วันนี้” เราจะเริ่มงานกัน"),
        ("cp932", "こんにちは、今日はいい天気ですね。"),
        ("euc_jp", "怖い。"),
        ("euc_jp", "もっと踏み込んで描かないと"),
        ("cp949", "안녕하세요 ㅋㅋㅋㅋ 오늘 시작합니다"),
        ("gb18030", "大家好，今天我们开始工作。"),
        ("big5", "大家好，今天我們開始工作。"),
    ],
)
def test_an_old_encoding_is_guessed_and_said_to_be(encoding, text):
    assert decode_text(text.encode(encoding)) == (text, f"{encoding} (guessed)", 0)


def test_vietnamese_whose_marks_are_bytes_of_their_own_comes_out_in_whole_letters():
    data = b"Xin ch\xe0o c\xe1c ba\xf2n, h\xf4m nay ch\xfang ta se\xde n\xf3i v\xea\xcc khu v\xfd\xf5\xccn."
    text = "Xin chào các bạn, hôm nay chúng ta sẽ nói về khu vườn."
    assert decode_text(data) == (text, "cp1258 (guessed)", 0)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("iso2022_jp", "今日はいい天気ですね。散歩に行きましょう。"),
        ("iso2022_kr", "안녕하세요 오늘 시작합니다"),
    ],
)
def test_text_in_seven_bits_is_told_by_its_shifts(encoding, text):
    assert decode_text(text.encode(encoding)) == (text, f"{encoding} (guessed)", 0)


@pytest.mark.parametrize(
    ("data", "text", "damaged"),
    [
        (b"Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9fe aus M\xfcnchen", "Schöne Grüße aus M\ufffdnchen", 1),
        (b"\xef\xbb\xbfall is plain here but one n\xe4me " + b"word " * 50, None, 1),
        ("Привет, как дела?".encode()[:-2] + b"\n" + "И ещё".encode(), "Привет, как дел\ufffd\nИ ещё", 1),
        ("今天天气".encode()[:-1], "今天天\ufffd", 1),
        ("今天天气真好".encode("utf-16")[:-1], "今天天气真\ufffd", 1),
        ("été à Noël ".encode() * 100 + b"\0", "été à Noël " * 100, 1),
    ],
)
def test_a_few_damaged_places_are_marked_and_counted_and_the_rest_is_read(data, text, damaged):
    found = decode_text(data)
    assert text is None or found.text == text
    assert (found.damaged, found.encoding) == (damaged, "utf-16" if data[:1] == b"\xff" else "utf-8")


def test_what_was_a_mark_of_damage_before_is_no_new_damage():
    assert decode_text("été à No\ufffdl".encode()).damaged == 0


def test_all_line_ends_become_newlines():
    assert decode_text(b"a\r\nb\rc\fd\ne")[0] == "a\nb\nc\nd\ne"


def test_a_line_end_that_was_written_as_the_end_of_another_ends_one_line():
    assert decode_text(b"a\r\r\nb\r\r\n\r\r\nc\r\r\n")[0] == "a\nb\n\nc\n"
    assert decode_text(b"a\r\r\nb\r\nc\n")[0] == "a\n\nb\nc\n"


def docx():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "seen", "mend"),
    [
        (b"RIFF\x10\0\0\0WAVEfmt ", "an audio file (WAV)", "Transcribe it first"),
        (b"ID3\x03\0\0\0", "an audio file (MP3)", "Transcribe it first"),
        (b"\0\0\0\x20ftypisom", "MP4", "Transcribe it first"),
        (b"\x1a\x45\xdf\xa3....", "a video file", "Transcribe it first"),
        (b"PK\x03\x04\x14\0", "a ZIP archive", "Unpack it"),
        (b"\x1f\x8b\x08\0", "an archive", "Unpack it"),
        (b"%PDF-1.7\n", "a PDF", "plain text"),
        (docx(), "a Word document", "plain text"),
        (b"\x89PNG\r\n\x1a\n", "a picture", "as text"),
        (b"abc\0def", "NUL bytes", "UTF-8"),
        (b"\xff\xfea", "UTF-16", "UTF-8"),
        (bytes(range(1, 256)) * 4, "binary data", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_what_it_is_and_what_to_do(data, seen, mend):
    with pytest.raises(InputError) as refused:
        decode_text(data)
    assert seen in refused.value.message
    assert mend in refused.value.mend


@given(st.binary())
def test_any_bytes_are_text_or_refused(data):
    try:
        text, *_ = decode_text(data)
    except InputError:
        return
    assert not {"\r", "\f", "\ufeff"} & set(text)


@pytest.mark.process
def test_the_detector_is_loaded_only_when_it_is_needed():
    code = "import sys; from daemon.formats.decode import decode_text; decode_text(b'hi'); "
    code += "print('charset_normalizer' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


def test_greek_is_told_from_cyrillic_by_the_sigma_that_ends_words():
    text = "Καλημέρα σας, σήμερα θα μιλήσουμε για τον καιρό και τη θάλασσα.\n"
    for page in ("iso8859_7", "cp1253"):
        assert decode_text(text.encode(page)).text == text


def test_characters_written_as_two_halves_are_whole_again():
    halves = "\U0001f600".encode("utf-16-be", "surrogatepass")
    written = b"".join(
        chr(int.from_bytes(halves[at : at + 2], "big")).encode("utf-8", "surrogatepass") for at in (0, 2)
    )
    assert decode_text("Ja, früh. ".encode() + written)[:2] == ("Ja, früh. \U0001f600", "utf-8")


def test_two_encodings_in_one_file_are_the_first_with_damaged_places():
    text, name, damaged = decode_text(
        "Früh geht es über die Brücke.\n".encode() + "Müde, für Käse.\n".encode("cp1252")
    )
    assert (text[:29], name, damaged) == ("Früh geht es über die Brücke.", "utf-8", 3)


@pytest.mark.parametrize("page", ["mac_cyrillic", "cp1125"])
def test_pages_of_cyrillic_that_share_most_letters_are_told_apart(page):
    said = (
        "Вчора ми гуляли містом. Ніхто не знав, що це.\n"
        if page == "cp1125"
        else "Вчера мы гуляли. Никто не знал.\n"
    )
    assert decode_text(said.encode(page))[0] == said


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"SQLite format 3\0" + bytes(40), "database"),
        (b"PG\0\0\x12\x34\0\0\0\0\x16" + bytes(20), "pictures"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "a picture"),
        (b"%PDF-1.7\n", "a PDF.*scanned"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml" + bytes(40), "damaged"),
        (b"PK\x03\x04" + bytes(26) + b"a.xml" + b"PK\x03\x04" + bytes(26) + b"word/b.xml", "damaged"),
        (b"PK\x03\x04" + bytes(26) + b"password/a.txt" + bytes(40), "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0" + bytes(1660) + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        (b"\xd0\xcf\x11\xe0" + bytes(1660) + "WordDocument".encode("utf-16-le"), "an old Office document"),
    ],
)
def test_other_binary_files_are_called_by_their_names(data, what):
    with pytest.raises(InputError, match=what):
        decode_text(data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Zażółć gęślą jaźń, powiedział sąsiad. Łódź jest piękna, a ćma śpi.", "mac_latin2"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl můj přítel.", "mac_latin2"),
        ("Labrīt, mani sauc Jānis. Šodien mēs runājam par ģimeni. Ļoti skaisti, teica māte.", "cp1257"),
        ("Labrīt, mani sauc Jānis. Šodien mēs runājam par ģimeni. Ļoti skaisti, teica māte.", "iso8859_4"),
        ("他们明天早上去海边散步。我们在家里等你回来吃晚饭。", "hz"),
    ],
)
def test_pages_of_old_computers_are_told(text, encoding):
    assert decode_text(text.encode(encoding)) == (text, f"{encoding} (guessed)", 0)


def test_utf_8_that_was_encoded_twice_is_read_as_it_was():
    text = "Das ist schön, „mehr“ über Größe – Ñandú, привет.\n"
    twice = "".join(map(as_cp1252, text.encode())).encode()
    assert decode_text(twice) == (text, "utf-8, encoded twice (guessed)", 0)


def as_cp1252(byte):
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


@pytest.mark.parametrize("text", ["Ã¶ is how ö looks, and Ã¼ is ü.", "CAFÉ– und CAFÉ–", "Ã© é"])
def test_marks_of_a_second_encoding_are_words_where_other_letters_stand_beside_them(text):
    assert decode_text(text.encode()) == (text, "utf-8", 0)


def test_greek_with_names_in_capitals_is_not_taken_for_russian():
    text = "ΠΡΟΕΔΡΟΣ: Καλημέρα σας.\nΑΝΝΑ ΛΗ: Ευχαριστώ, κύριε Πρόεδρε.\nΠΡΟΕΔΡΟΣ: Παρακαλώ.\n"
    assert decode_text(text.encode("cp1253")) == (text, "cp1253 (guessed)", 0)


_GERMAN = [
    "Die Bäckerei öffnet früh.",
    "Es gibt Brötchen.",
    "Schöne Grüße an alle.",
    "Müsli führen wir nicht.",
]
_RUSSIAN = [
    "Лампа горела с семи часов.",
    "Унеси лестницу вниз.",
    "Никто не видел ключа.",
    "Зима была долгой.",
]


@pytest.mark.parametrize(("lines", "page"), [(_GERMAN, "cp1252"), (_RUSSIAN, "cp1251")])
@pytest.mark.parametrize("order", ["joined", "in turns"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lines_of_two_encodings_are_read_each_in_its_own(lines, page, order, mark):
    several = lines * 2
    other = range(4, 8) if order == "joined" else range(1, 8, 2)
    data = mark + b"\n".join(line.encode(page if at in other else "utf-8") for at, line in enumerate(several))
    text, encoding, damaged = decode_text(data)
    assert (text, encoding, damaged) == ("\n".join(several), f"utf-8 and {page} (guessed)", 4)


def test_who_reads_two_encodings_is_told_that_one_was_guessed():
    data = "\n".join(_GERMAN).encode() + b"\n" + "\n".join(_GERMAN).encode("cp1252")
    assert read(data, "a.txt").warnings == ("The file is in two encodings; that of 4 lines was guessed.",)


def test_turkish_is_not_taken_for_icelandic():
    turkish, icelandic = (
        "Tahta merdiveni aşağı indir.\nAnahtarı kimse görmedi.",
        "Það er gott veður. Þú ýtir á hurðina.",
    )
    assert decode_text(turkish.encode("cp1254")).text == turkish
    assert decode_text(icelandic.encode("cp1252")).text == icelandic


@pytest.mark.parametrize("end", ["\v", "\x85", "\u2028"])
def test_lines_may_be_parted_by_what_parts_them_nowhere_else(end):
    assert decode_text(f"Ann: is it safe{end}Ben: it is{end}Ann: good\n".encode()).text == (
        "Ann: is it safe\nBen: it is\nAnn: good\n"
    )
