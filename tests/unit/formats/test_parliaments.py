"""Who speaks in the records of parliaments: `NAME. text`, offices in capitals, names above what is said."""

import pytest

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked


def speakers(content):
    return [one.speaker for one in checked(content.encode(), "a.txt").segments]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "PRESIDENTE. La seduta è aperta. Prego.\n\nBIANCHI. Signor Presidente, è necessario.\n\n"
            "PRESIDENTE. Grazie.\n\nROSSI Maria. Vorrei dire una cosa.\n",
            ["PRESIDENTE", "BIANCHI", "PRESIDENTE", "ROSSI Maria"],
        ),
        (
            "PIRMININKĖ. Pradedame.\n\nJ. KALNAS (TS-LKDF*). Ačiū.\n\nPIRMININKĖ. Prašom.\n\n"
            "A. UPĖ (LSDPF). Nesutinku.\n\nJ. KALNAS (TS-LKDF*). Viskas.\n",
            ["PIRMININKĖ", "J. KALNAS (TS-LKDF*)", "PIRMININKĖ", "A. UPĖ (LSDPF)", "J. KALNAS (TS-LKDF*)"],
        ),
        (
            "ОРЛОВ П. С., фракция «СОЮЗ». Спасибо.\n\nЕГОРОВА А.В., глава комитета. Когда?\n\n"
            "ОРЛОВ П. С. Завтра.\n",
            ["ОРЛОВ П. С", "ЕГОРОВА А.В", "ОРЛОВ П. С"],
        ),
        (
            "Domnul Ion Popescu:\n\nDeschid ședința.\n\nDoamna Ana Rus:\n\nMulțumesc.\n\n"
            "Din sală:\n\nNu!\n\n"
            "Domnul Ion Popescu:\n\nVă rog.\n\nDoamna Ana Rus:\n\nDa.\n",
            ["Domnul Ion Popescu", "Doamna Ana Rus", "Din sală", "Domnul Ion Popescu", "Doamna Ana Rus"],
        ),
        (
            "Le président (Roth Paul): Merci.\n\nBerger Anna (S, ZH): Nein.\n\n"
            "Keller Eva, conseillère fédérale: Oui.\n\n"
            "Berger Anna (S, ZH): Danke.\n\n"
            "Keller Eva, cheffe du département: Non.\n\nLe président (Roth Paul): Bien.\n",
            [
                *("Le président (Roth Paul)", "Berger Anna (S, ZH)", "Keller Eva, conseillère fédérale"),
                *("Berger Anna (S, ZH)", "Keller Eva, cheffe du département", "Le président (Roth Paul)"),
            ],
        ),
        (
            "Mr. HOLT. Mr. Speaker, I yield.\n\nMrs. VANE of Ohio. I thank the gentleman.\n\n"
            "The SPEAKER pro tempore. The time is up.\n\nMr. HOLT. I reserve.\n",
            ["Mr. HOLT", "Mrs. VANE of Ohio", "The SPEAKER pro tempore", "Mr. HOLT"],
        ),
        (
            "M. le président. La séance est ouverte.\n\nMme Claire Morel. Merci.\n\n"
            "M. Luc Petit, rapporteur. Avis défavorable.\n\nM. le président. Je mets aux voix.\n",
            ["M. le président", "Mme Claire Morel", "M. Luc Petit, rapporteur", "M. le président"],
        ),
        (
            "El señor PRESIDENTE: Se abre la sesión.\n\nLa señora VEGA LUNA: Gracias.\n\n"
            "El señor MINISTRO DE FOMENTO (Ruiz Gil): Señoría, no.\n\nEl señor PRESIDENTE: Gracias.\n",
            [
                "El señor PRESIDENTE",
                "La señora VEGA LUNA",
                "El señor MINISTRO DE FOMENTO (Ruiz Gil)",
                "El señor PRESIDENTE",
            ],
        ),
        (
            "Mr Holt\nI beg to move. It is a good Bill.\n\nMs Vane (Leeds, North) (Lab)\nWill he?\n\n"
            "Mr Holt\nI will.\n\nMs Vane\nI am grateful.\n",
            ["Mr Holt", "Ms Vane (Leeds, North) (Lab)", "Mr Holt", "Ms Vane"],
        ),
        (
            "President. – The next item.\n\nEva van der Berg, President of the Commission. – Madam, yes.\n\n"
            "Otto 't Veld, on behalf of the Group. – I agree.\n\nPresident. – Thank you. – Next.\n",
            [
                "President",
                "Eva van der Berg, President of the Commission",
                "Otto 't Veld, on behalf of the Group",
                "President",
            ],
        ),
        (
            "O SR. PRESIDENTE (Artur. PP - AL) - Aberta a sessão.\n\n"
            "A SRA. ROSA (PT - RS. Pela ordem. Sem revisão da oradora por escrito.) - Obrigada.\n\n"
            "O SR. PRESIDENTE (Artur. PP - AL) - Tem a palavra.\n\nO SR. SILVA (PL - SP) - 3 pontos.\n",
            [
                "O SR. PRESIDENTE (Artur. PP - AL)",
                "A SRA. ROSA (PT - RS. Pela ordem. Sem revisão da oradora por escrito.)",
                "O SR. PRESIDENTE (Artur. PP - AL)",
                "O SR. SILVA (PL - SP)",
            ],
        ),
        (
            "BAŞKAN – Oturumu açıyorum.\nAYLA DEMİR (İzmir) – Teşekkür ederim.\nBAŞKAN – Buyurun.\n"
            "CAN ER (Van) – 3 konu var.\n",
            ["BAŞKAN", "AYLA DEMİR (İzmir)", "BAŞKAN", "CAN ER (Van)"],
        ),
        (
            "O Sr. Presidente: — Está aberta a sessão.\nA Sr.ª Ana Costa (BE): — Obrigada.\n"
            "O Sr. Presidente: — Tem a palavra.\nO Sr. Rui Pinto (PSD): — São 3 razões.\n",
            ["O Sr. Presidente", "A Sr.ª Ana Costa (BE)", "O Sr. Presidente", "O Sr. Rui Pinto (PSD)"],
        ),
        (
            'היו"ר אמיר לוי:\nאני פותח את הישיבה.\n\nדוד כהן (הליכוד):\nתודה.\n\nהיו"ר אמיר לוי:\nתודה.\n',
            ['היו"ר אמיר לוי', "דוד כהן (הליכוד)", 'היו"ר אמיר לוי'],
        ),
        (
            "ELNÖK: Megnyitom az ülést.\nDR. KISS ANNA (MSZP): Köszönöm.\nELNÖK: Köszönöm.\n"
            "NAGY PÉTER, a frakció részéről: Tisztelt Ház!\n",
            ["ELNÖK", "DR. KISS ANNA (MSZP)", "ELNÖK", "NAGY PÉTER, a frakció részéről"],
        ),
        (
            "ГОЛОВУЮЧИЙ. Починаємо.\nКОВАЛЬ О.М. Дякую. По-перше, бюджет.\nГОЛОВУЮЧИЙ. Дякую.\n"
            "ІЗ ЗАЛУ. Неправда!\n",
            ["ГОЛОВУЮЧИЙ", "КОВАЛЬ О.М", "ГОЛОВУЮЧИЙ", "ІЗ ЗАЛУ"],
        ),
        (
            "○위원장 김철수  회의를 시작하겠습니다.\n○이영희 위원  감사합니다.\n○위원장 김철수  예.\n",
            ["위원장 김철수", "이영희 위원", "위원장 김철수"],
        ),
        (
            "Hon. Ada Holt (Yukon, Lib.): Mr. Speaker, no.\nSome hon. members: Oh, oh!\nThe Speaker: Order.\n"
            "Hon. Ada Holt: It is.\nThe Speaker: Order.\n",
            [
                "Hon. Ada Holt (Yukon, Lib.)",
                "Some hon. members",
                "The Speaker",
                "Hon. Ada Holt",
                "The Speaker",
            ],
        ),
        (
            "The Chairman: We take Clause 3.\nMr. Brown: I move it, in page 4, line 5.\n"
            "Mr. Green: Clause 3 is where it is.\nThe Chairman: Agreed.\nMevrouw De Vries (D66): Nee.\n",
            ["The Chairman", "Mr. Brown", "Mr. Green", "The Chairman", "Mevrouw De Vries (D66)"],
        ),
    ],
)
def test_who_speaks_is_told(content, names):
    assert speakers(content) == names


@pytest.mark.parametrize(
    "content",
    [
        "NASA. It was founded long ago.\n\nThen it grew. People came.\n\nThey built it. It flew.\n",
        "Danke. – Wir sind da.\n\nVielen Dank. – Und jetzt los.\n\nDanke. – Es geht.\n\nGut. – Ja.\n",
        "INT. KITCHEN - DAY\n\nShe waits.\n\nEXT. STREET - NIGHT\n\nHe waits.\n\nINT. KITCHEN - DAY\n",
        "Mr. Holt came in. He sat down.\n\nMr. Vane came in. He sat down too.\n\nThen we ate. It was late.\n",
    ],
)
def test_sentences_that_begin_with_a_name_are_speech(content):
    assert set(speakers(content)) == {None}
    assert not read(content.encode(), "a.txt").dropped


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "The Secretary of State for Ports (Mr Harlan)\nI thank her. It opens in June.\n\n"
            "Ms Doyle (Kerr)\nWhat did it cost?\n\n"
            "The Secretary of State for Ports (Mr Harlan)\nFour million.\n\nMs Doyle\nThat is a lot.\n",
            [
                "The Secretary of State for Ports (Mr Harlan)",
                "Ms Doyle (Kerr)",
                "The Secretary of State for Ports (Mr Harlan)",
                "Ms Doyle",
            ],
        ),
        (
            "Ann Doyle\n(Leeds) (Lab)\nWhat did it cost?\n\n"
            "The Minister for Ports\n(Tom Harlan)\nFour million.\n\n"
            "Ann Doyle\nThat is a lot.\n\nTom Harlan\nIt is a good wharf.\n",
            ["Ann Doyle (Leeds) (Lab)", "The Minister for Ports (Tom Harlan)", "Ann Doyle", "Tom Harlan"],
        ),
        (
            "Minister for Ports\nMr HARLAN (Westfield): It opens in June.\n\n"
            "Ms DOYLE (Kerr): What did it cost?\n\n"
            "Minister for Ports\nMr HARLAN (Westfield): Four million.\n\nMs DOYLE (Kerr): A lot.\n",
            ["Mr HARLAN (Westfield)", "Ms DOYLE (Kerr)", "Mr HARLAN (Westfield)", "Ms DOYLE (Kerr)"],
        ),
    ],
)
def test_an_office_or_a_seat_on_a_line_of_its_own_is_no_speech(content, names):
    assert speakers(content) == names


def test_a_name_in_capitals_with_a_point_and_a_dash_speaks_however_long_it_is():
    content = (
        "MR. SPEAKER.- I call on the Member.\n\n"
        "HON. A. V. B. C. REEDWATER.- Mr. Speaker, Sir, I move the Bill.\n\n"
        "HON. P.D. HILL.- I have no objection. Go on.\n\n"
        "MR. SPEAKER.- The floor is open.\n\n"
        "HON. RO F.Q. MOORE.- Mr. Speaker, I thank you.\n\n"
        "MR. SPEAKER.- I thank you all.\n"
    )
    speakers = [segment.speaker for segment in read(content.encode(), "a.txt").segments]
    told = [
        "HON. A. V. B. C. REEDWATER",
        "HON. P.D. HILL",
        "MR. SPEAKER",
        "HON. RO F.Q. MOORE",
        "MR. SPEAKER",
    ]
    assert speakers == ["MR. SPEAKER", *told]


@pytest.mark.parametrize("asks", ["Q{} Chair: {}", "Q{}   **Chair:** {}", "Q{}\tChair: {}"])
def test_the_number_of_a_question_is_no_part_of_who_asks(asks):
    content = "".join(f"{asks.format(at, 'How is it?')}\n\nAnn Berg: Well.\n\n" for at in range(1, 4))
    assert speakers(content) == ["Chair", "Ann Berg"] * 3


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "La présidente : La séance est ouverte.\nM. Roux (PS) : Merci.\n"
            "La présidente : Je vous en prie.\nM. le ministre : Le port est fermé.\n",
            ["La présidente", "M. Roux (PS)", "La présidente", "M. le ministre"],
        ),
        (
            "El entrevistador: ¿Cuándo llegó?\nLa testigo: En marzo.\n"
            "El entrevistador: ¿Sola?\nLa testigo: Sí.\n",
            ["El entrevistador", "La testigo", "El entrevistador", "La testigo"],
        ),
        (
            "De voorzitter: Ik open de vergadering.\nMevrouw Bos: Dank u.\n"
            "De voorzitter: Gaat uw gang.\nMevrouw Bos: De haven is dicht.\n",
            ["De voorzitter", "Mevrouw Bos", "De voorzitter", "Mevrouw Bos"],
        ),
    ],
)
def test_an_office_written_small_behind_its_article_speaks_among_others(content, names):
    assert speakers(content) == names


@pytest.mark.parametrize(
    "name",
    [
        "Orador desconocido",
        "Intervenant inconnu",
        "Sprecher unbekannt",
        "Onbekende spreker",
        "Неизвестный спикер",
    ],
)
def test_a_speaker_whom_nobody_knows_is_not_the_one_before(name):
    content = f"Voz 1: Buenos días.\nVoz 2: Gracias.\nVoz 1: De nada.\n{name}: Hola.\n"
    assert speakers(content) == ["Voz 1", "Voz 2", "Voz 1", name]


def test_an_office_in_a_sentence_with_a_colon_is_nobodys():
    content = (
        "Ayer hablamos del puerto.\nEl presidente: un hombre viejo.\nY así fue todo el día en la casa.\n"
        "Nadie vino a vernos.\n"
    )
    assert speakers(content) == [None]


AKOMA_NTOSO = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
<debate name="x"><meta><references source="#x">
<TLCPerson href="/p/1" id="speaker" showAs="The SPEAKER"/></references></meta>
<debateBody><debateSection id="d"><heading>WHARF</heading><p>The House met at 14:03.</p>
<speech by="#speaker"><from>The SPEAKER</from><p>Order!</p><p>The wharf reopens.</p></speech>
<speech by="#ann"><from>Ms Berg</from><p>When?</p></speech></debateSection></debateBody></debate></akomaNtoso>
"""


def test_speeches_of_akoma_ntoso_are_read_with_who_gives_them_and_nothing_else_is_lost():
    transcript = read(AKOMA_NTOSO.encode(), "debate.xml")
    assert [(s.speaker, s.text) for s in transcript.segments] == [
        (None, "The House met at 14:03."), ("The SPEAKER", "Order!"),
        ("The SPEAKER", "The wharf reopens."), ("Ms Berg", "When?"),
    ]  # fmt: skip
    assert transcript.kind == "tei"


def test_xml_of_a_kind_that_is_not_known_is_refused_without_its_declaration_too():
    with pytest.raises(InputError, match="XML file"):
        read(b'<minutes xmlns="http://example.org/m"><item>Good morning to you all</item></minutes>', "a.xml")


def test_old_records_print_a_dash_close_behind_who_speaks():
    content = (
        "Mr. BERG.—I beg to move.\n\nThe CHAIRMAN.—It is so moved.\n\nMr. BERG.—I thank the House.\n\n"
        "Sir T. REED.—It rained all week.\n\nThe CHAIRMAN.—Order.\n"
    )
    said = read(content.encode(), "a.txt").segments
    assert [s.speaker for s in said] == [
        "Mr. BERG",
        "The CHAIRMAN",
        "Mr. BERG",
        "Sir T. REED",
        "The CHAIRMAN",
    ]
    assert said[0].text == "I beg to move."


def test_what_several_say_at_once_in_tei_is_said_by_all_of_them():
    person = '<person xml:id="ann"><persName>Ann Berg</persName></person>'
    turns = '<u who="#ann"><seg>We begin.</seg></u><u who="#ann #ben"><seg>Agreed.</seg></u>'
    content = f"<TEI><teiHeader>{person}</teiHeader><text><body>{turns}</body></text></TEI>"
    segments = checked(content.encode(), "a.xml").segments
    assert [(s.speaker, s.text) for s in segments] == [
        ("Ann Berg", "We begin."),
        ("Ann Berg, ben", "Agreed."),
    ]


def test_an_office_behind_or_before_a_name_is_a_part_of_who_speaks():
    italian = (
        "PRESIDENTE. Prego.\n\nANNA ROSSI, Ministra della salute e dei trasporti. Signor Presidente, sì.\n\n"
        "PRESIDENTE. Grazie.\n\nMARIO BIANCHI (PD). Non è vero.\n"
    )
    minister = "ANNA ROSSI, Ministra della salute e dei trasporti"
    assert speakers(italian) == ["PRESIDENTE", minister, "PRESIDENTE", "MARIO BIANCHI (PD)"]
    czech = (
        "Předseda Jan Novák: Zahajuji schůzi.\n\nMinistryně dopravy Anna Malá: Hráz je stará.\n\n"
        "Předseda Jan Novák: Děkuji.\n"
    )
    assert speakers(czech) == ["Předseda Jan Novák", "Ministryně dopravy Anna Malá", "Předseda Jan Novák"]


def test_how_late_it_is_before_who_speaks_in_finland_is_no_part_of_the_name():
    content = (
        "14.02 Anna Berg sd (esittelypuheenvuoro): Arvoisa puhemies!\n\n14.05 Lars Ek kok: Se on.\n\n"
        "14.07 Anna Berg sd (vastauspuheenvuoro): Miten niin?\n"
    )
    said = checked(content.encode(), "a.txt").segments
    assert [(s.start, s.speaker) for s in said] == [
        (50520.0, "Anna Berg sd (esittelypuheenvuoro)"),
        (50700.0, "Lars Ek kok"),
        (50820.0, "Anna Berg sd (vastauspuheenvuoro)"),
    ]


@pytest.mark.parametrize(
    "name", ["VAS LAJOS belügyminisztériumi államtitkár", "El diputado Luis Paz (desde la curul)"]
)
def test_an_office_written_small_beside_a_name_is_a_part_of_who_speaks(name):
    content = (
        f"ELNÖK: Jó.\n\nBERG ANNA (MSZP): Régi.\n\n{name}: Nem.\n\nELNÖK: Jó.\n\nBERG ANNA (MSZP): De.\n"
    )
    assert speakers(content)[2] == name


def test_a_name_that_people_have_stands_before_a_point_and_a_dash():
    content = "".join(f"{name}. — Is it so?\n\n" for name in ("Anna Berg", "Luis Ek", "Anna Berg", "Luis Ek"))
    assert speakers(content) == ["Anna Berg", "Luis Ek", "Anna Berg", "Luis Ek"]


def test_what_begins_with_abbreviations_is_nobodys_name():
    content = "Ann: It grew.\n\nBen: So it did.\n\nUS GDP growth: two percent.\n\nAnn: Well.\n\nBen: Yes.\n"
    assert "US GDP growth" not in speakers(content)
