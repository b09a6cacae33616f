"""Who a speaker is, he tells himself: thirty made-up talks, half of them traps, and more of them."""

import pytest

from daemon.text.names.introductions import find_names
from daemon.text.transcript import Segment
from daemon.text.turns import turns_of

FILLER = (
    "\nC: And that is what we are going to talk about today, because there are so many things here."
    "\nD: It was not easy, but we have been there from the very beginning and would do it again."
)
FILLERS = {
    "en": FILLER,
    "de": "\nC: Und das ist es, was wir heute auch noch nicht wissen, aber wir haben ja noch Zeit."
    "\nD: Ich habe das nicht so gesehen, denn es war für mich einfach eine schöne Zeit mit den anderen.",
    "fr": "\nC: Et c'est pour cela que nous avons dans tous les cas une question, mais pas facile."
    "\nD: Mais vous avez raison, c'est une histoire qui est avec nous depuis les années de la guerre.",
    "es": "\nC: Y por eso tenemos que hablar de las cosas que no son tan fáciles, pero también."
    "\nD: Pero es que eso ya lo sabemos todos, porque está muy claro para los que viven en una ciudad.",
    "it": "\nC: E questo è quello che non abbiamo ancora visto, ma anche perché sono cose così."
    "\nD: Però non è così, perché questa è una storia che tutti hanno nella loro vita e molto di più.",
    "pt": "\nC: E isso é o que nós não temos ainda, mas também porque são coisas que você não faz."
    "\nD: Mas não é assim, porque essa é uma coisa que todos têm na sua vida e muito mais para uma pessoa.",
    "nl": "\nC: En dat is wat we nog niet hebben, maar ook omdat het een van de dingen is."
    "\nD: Maar het was niet zo, want dat is iets wat er ook nog met ons in het leven is en voor de rest.",
    "ru": "\nC: И это то, что мы ещё не видели, но для нас это было очень важно, так было всегда."
    "\nD: Но это не так, потому что у нас было много времени и мы всё это уже знали.",
    "pl": "\nC: I to jest to, czego jeszcze nie mamy, ale także dlatego, że są rzeczy jak te."
    "\nD: Ale to nie jest tak, bo to jest coś, co wszyscy mają w swoim życiu i bardzo się cieszę.",
    "sv": "\nC: Och det är det som vi inte har sett än, men det är för att det finns saker."
    "\nD: Men det var inte så, för att det är något som alla har i sitt liv och mycket mer av det.",
}  # fmt: skip


def talk_of(script):
    segments = []
    for number, line in enumerate(script.strip().split("\n")):
        label, _, text = line.partition(": ")
        segments.append(Segment(text, number * 10.0, number * 10.0 + 9, f"SPEAKER_{label}"))
    return turns_of(segments)


def names_in(script, language="en"):
    turns = talk_of(script + FILLERS[language])
    labels = frozenset(turn.speaker for turn in turns)
    return find_names(turns, labels, language)


def proved(script, language="en"):
    return {one.label[-1]: one.name for one in names_in(script, language) if one.proved}


TRUE = [
    ("A: Hello and welcome. I'm Ann Lee.\nB: Thanks for having me.", {"A": "Ann Lee"}),
    ("A: Hi everyone, my name is Ben Okafor and I run the lab.\nB: Great.", {"A": "Ben Okafor"}),
    ("A: Who is there?\nB: This is Carla Gomez speaking.", {"B": "Carla Gomez"}),
    ("A: Good morning. My name is Priya.\nB: And I'm Tom Baker.", {"A": "Priya", "B": "Tom Baker"}),
    ("A: So, um, I'm David Chen, I work at the bank.\nB: Right.", {"A": "David Chen"}),
    ("A: Welcome back to the show. I'm your host, Maya Patel.\nB: Hello.", {"A": "Maya Patel"}),
    ("A: Hi, I'm Joan.\nB: Thank you, Joan.", {"A": "Joan"}),
    ("A: My name's Luke O'Neill, and this is my day.\nB: Hm.", {"A": "Luke O'Neill"}),
    ("A: Who are you?\nB: Yes, hi, I'm Dr. Susan Wright.", {"B": "Dr. Susan Wright"}),
    ("A: I am Jean-Luc Martin, your moderator today.\nB: Fine.", {"A": "Jean-Luc Martin"}),
    ("A: Hello there, I'm Vincent van Dyke and I paint.\nB: Nice.", {"A": "Vincent van Dyke"}),
    ("A: Thanks. My full name is Robert J. Smith.\nB: Noted.", {"A": "Robert J. Smith"}),
    ("A: Hello, I'm Brian, good to be here.\nB: Hello, Brian, hi.", {"A": "Brian"}),
    ("A: Okay. I'm Fatima Al Sayed.\nB: And my name is Ole.", {"A": "Fatima Al Sayed", "B": "Ole"}),
    ("A: Yeah, my name is, uh, Grace Kim.\nB: Thanks.", {"A": "Grace Kim"}),
]  # fmt: skip

TRAPS = [
    "A: Welcome. With me is Ann Lee.\nB: This is Ann Lee, our guest.",
    "A: I'm sorry.\nB: I'm Sorry too.",
    "A: Hi, I'm Irish.\nB: I'm Irish American.",
    "A: I'm Ann Lee.\nB: No, I'm Ann Lee.",
    "A: And then she said, I'm Ann Lee.\nB: Wow.",
    'A: He wrote: "I\'m Bob Miller."\nB: Ah.',
    "A: She comes up to me and says hi. I'm Ann Lee. And I was so happy.\nB: Nice.",
    "A: I'm Ann Lee's brother.\nB: I'm with Ann Lee.",
    "A: I'm not Ann Lee.\nB: If I'm Bob Miller, you are mad.",
    "A: Imagine this. I'm Steve Jobs and you want to buy a phone.\nB: Hm.",
    "A: My favourite show is My Name Is Earl.\nB: My Name Is Earl, yes.",
    "A: I'm Ann. No, wait, I'm Anna.\nB: Which one?",
    "A: In the film my name is Maximus.\nB: In this game, I'm Zelda Fitz.",
    "A: I'm Ann Lee.\nB: Hello, my name is Ann.",
    "A: Hi, I'm Ann Lee. Thanks, Ann, for having me.\nB: Welcome.",
]


def test_there_are_thirty():
    assert len(TRUE) == len(TRAPS) == 15


@pytest.mark.parametrize(("script", "names"), TRUE)
def test_who_says_his_own_name_gets_it(script, names):
    assert proved(script) == names


@pytest.mark.parametrize("script", TRAPS)
def test_no_wrong_name_is_given(script):
    assert proved(script) == {}


MORE_TRAPS = [
    "A: I'm Product Manager.\nB: I'm Vice President.",
    "A: I'm Team Edward.\nB: I'm Roman Catholic.",
    "A: I'm Beatles crazy.\nB: I'm Monday to Friday here.",
    "A: I'm Ann Lee?\nB: Am I?",
    "A: People say I'm Napoleon Bonaparte.\nB: My name is Legion.",
    "A: What if my name is Bob Miller?\nB: They think my name is Rob.",
    "A: Hello, I'm Ann Lee. Just kidding.\nB: Ha.",
    "A: Hi, I'm Ann Lee, she said.\nB: Ha.",
    "A: Let me read his letter. Dear all. I'm Bob Miller. I write to you from home.\nB: Hm.",
    "A: Hello. I'm Ann Lee.\nA: Hello. I'm Bob Miller.\nB: Two of you?",
    "A: I'm, Ann, so glad.\nB: Yes.",
    "A: i'm ann lee\nB: HI I'M BOB MILLER",
    "A: You are Ann Lee.\nB: I'm Boston born.",
    "A: I'm Ann Lee. I mean I play her, she is a character.\nB: Ah.",
    "A: And he goes, hey. I'm Bob Miller.\nB: No.",
    "A: My name is on the list.\nB: My name is Mud.",
    "A: My name is not Ann.\nB: It's not my name, is it, Bob?",
    "A: Hi. I'm Christian.\nB: I'm Italian.",
    "A: This is Ann Lee speaking of her book.\nB: Where?",
    "A: I'm Ann Lee's.\nB: I'm Ann Lee’s mother.",
    "A: «I'm Ann Lee.»\nB: “I'm Bob Miller.”",
    "A: The line in the script is great. My name is Bond. James Bond.\nB: Yes.",
    "A: I'm Google Assistant.\nB: Hi, I'm Siri.",
    "A: So the phone rings. Hello, I'm Maria Lopez. I nearly fell off my chair.\nB: No way.",
    "A: I'm Type A.\nB: I'm Generation X, and I'm Manchester United.",
    "A: I'm no Steve Jobs.\nB: I'm like Steve Jobs.",
    "A: It was like, hi, I'm Mark Jones, and I just left.\nB: Hm.",
    "A: With us tonight is Ann Lee.\nB: Good evening, London Calling here.",
    "A: I was walking home and in the rain a boy came up to the door. My name is Oliver Twist.\nB: Sad.",
    "A: We met in the lift. And I'm like, hey. I'm Ann Lee, nice to meet you.\nB: Nice.",
    "A: For the song we wrote this. Hi, my name is Slim Shady.\nB: Right.",
    "A: Hi, I'm Nepali.\nB: Hello, I'm Somali.",
    "A: Hi, I'm Flemish.\nB: Hello, I'm Sicilian.",
    "A: Hi, I'm Vitamin C.\nB: Hello, I'm Employee B.",
    "A: Hi, my name. Is Ann Lee.\nB: Yes?",
    "A: This is Ann Lee. Speaking.\nB: Of what?",
    "A: " + "The road is wide and the river is deep. " * 17 + "My name is Ann Lee.\nB: Hm.",
]


@pytest.mark.parametrize("script", MORE_TRAPS)
def test_nor_by_any_other_way_that_people_talk(script):
    assert proved(script) == {}


MORE_TRUE = [
    ("A: Hi, I'm Joan.\nB: Good to have you.", {"A": "Joan"}),
    ("A: Hello. I'm Ann Lee\nB: Yes.", {"A": "Ann Lee"}),
    ("A: Hello, I'm Ann Lee – and I am glad.\nB: Yes.", {"A": "Ann Lee"}),
    ("A: Hello, I'm Ann Lee. My name is Ann.\nB: Yes.", {"A": "Ann Lee"}),
    ("A: Hello, my name is Ann. I'm Ann Lee.\nB: Yes.", {"A": "Ann Lee"}),
    ("A: Hello, I'm Ann Lee. On the blue door below, my name is Ann Lee Smith.\nB: Yes.", {"A": "Ann Lee"}),
]


@pytest.mark.parametrize(("script", "names"), MORE_TRUE)
def test_a_greeting_a_missing_mark_or_half_of_it_again_leaves_a_name_proved(script, names):
    assert proved(script) == names


IN_OTHER_LANGUAGES = [
    ("de", "A: Guten Tag, mein Name ist Anna Beck.\nB: Ich heiße Jörg.", {"A": "Anna Beck", "B": "Jörg"}),
    ("de", "A: Ich bin Anna Schmidt.\nB: Guten Tag, Anna Schmidt.", {"A": "Anna Schmidt"}),
    ("de", "A: Guten Tag, ich bin Anna Schmidt.\nB: Guten Tag.", {}),
    ("de", "A: Ich bin Lehrer.\nB: Ich bin Diplom Ingenieur.", {}),
    ("de", "A: Ich heiße Sie herzlich willkommen.\nB: Ich heiße Euch willkommen.", {}),
    ("de", "A: Er sagte, mein Name ist Bond.\nB: Ich bin Annas Mutter.", {}),
    ("fr", "A: Bonjour, je m'appelle Amélie Durand.\nB: Je suis Français.", {"A": "Amélie Durand"}),
    ("fr", "A: Elle dit : je m'appelle Amélie.\nB: Je suis Charlie.", {}),
    ("es", "A: Hola, me llamo José García y vivo aquí.\nB: Soy Español.", {"A": "José García"}),
    ("es", "A: Me llama Ana todos los días.\nB: Soy Español.", {}),
    ("it", "A: Buongiorno, mi chiamo Giulia Rossi.\nB: Sono Italiano.", {"A": "Giulia Rossi"}),
    ("pt", "A: Olá, meu nome é João da Silva.\nB: Sou Brasileiro.", {"A": "João"}),
    ("nl", "A: Hallo, ik heet Pieter de Vries.\nB: Ik ben Nederlander.", {"A": "Pieter de Vries"}),
    ("ru", "A: Здравствуйте, меня зовут Анна Иванова.\nB: Я Русский.", {"A": "Анна Иванова"}),
    ("pl", "A: Dzień dobry, nazywam się Jan Kowalski.\nB: Jestem Polak.", {"A": "Jan Kowalski"}),
    ("sv", "A: Hej, jag heter Åsa Berg.\nB: Jag är Kristen.", {"A": "Åsa Berg"}),
    ("nl", "A: Hallo, ik ben Duits.\nB: Hallo, ik ben Turks.", {}),
    ("fr", "A: Bonjour, je suis Algérien.\nB: Bonjour, je suis Corse.", {}),
    ("es", "A: Hola, soy Cubano.\nB: Hola, soy Catalán.", {}),
    ("pl", "A: Dzień dobry, jestem Ukrainiec.\nB: Dzień dobry, jestem Słowak.", {}),
    ("sv", "A: Hej, jag är Finne.\nB: Hej, jag är Kurd.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "script", "names"), IN_OTHER_LANGUAGES)
def test_each_language_has_its_own_words_for_it(language, script, names):
    assert proved(script, language) == names


def test_what_is_not_proved_is_suggested_with_the_words_the_label_and_the_time():
    found = names_in(
        "A: So tell us what you do all day, Ben.\nB: I build bridges.\nA: And then she said, I'm Ann Lee."
    )
    assert not any(one.proved for one in found)
    [ann, ben] = sorted(found, key=lambda one: one.name)
    assert (ann.label, ann.name, ann.said_by, ann.start) == (
        "SPEAKER_A",
        "Ann Lee",
        "SPEAKER_A",
        pytest.approx(25.6, 1),
    )
    assert ann.quote.endswith("I'm Ann Lee.")
    assert (ben.label, ben.name, ben.said_by) == ("SPEAKER_B", "Ben", "SPEAKER_A")
    assert ben.quote.endswith("day, Ben.")


def suggested(script, unnamed="ABCD"):
    turns = talk_of(script + FILLER)
    found = find_names(turns, frozenset(f"SPEAKER_{label}" for label in unnamed), "en")
    return [(one.label[-1], one.name) for one in found if not one.proved]


def test_whom_others_call_so_before_he_speaks_is_suggested_that_name_once():
    script = "A: What do you do, Ben?\nB: I build bridges.\nA: Where, Ben?\nB: In the north."
    assert suggested(script) == [("B", "Ben")]
    assert suggested(script, unnamed="A") == []


@pytest.mark.parametrize("word", ["too", "Monday", "C3po"])
def test_no_other_word_at_the_end_of_a_turn_is_suggested(word):
    assert suggested(f"A: And you do that, {word}?\nB: I build bridges.") == []


def test_no_more_than_three_names_are_suggested_of_one_and_none_where_one_is_proved():
    asked = "".join(f"A: And you, {name}?\nB: I build them.\n" for name in ("Ben", "Carl", "Dan", "Emil"))
    assert suggested(asked) == [("B", "Ben"), ("B", "Carl"), ("B", "Dan")]
    assert suggested(f"B: Hello, I'm Olaf Berg.\n{asked}") == []


def test_every_quote_stands_in_the_transcript_in_that_mouth():
    for script in [*(script for script, _ in TRUE), *TRAPS, *MORE_TRAPS]:
        turns = talk_of(script + FILLER)
        for one in find_names(turns, frozenset(turn.speaker for turn in turns), "en"):
            assert any(one.quote in turn.text for turn in turns if turn.speaker == one.said_by)


def test_a_label_that_is_a_name_keeps_it_and_its_name_is_nobody_elses():
    turns = talk_of("A: Hi, I'm Ann Lee.\nB: Hi, I'm Bob Miller." + FILLER)
    assert [one.name for one in find_names(turns, frozenset({"SPEAKER_A"}), "en") if one.proved] == [
        "Ann Lee"
    ]
    turns = turns_of(
        [Segment("Hi, I'm Ann Lee.", speaker="SPEAKER_0"), Segment("Hello to you.", speaker="Ann Lee")]
    )
    assert not any(one.proved for one in find_names(turns, frozenset({"SPEAKER_0"}), "en"))
