"""Languages: by their files; one that is not known is laid out, left as it is, and said so."""

import pytest

from daemon.cleaning.offline import clean_chunk
from daemon.cleaning.offline.language import Grammar, detect_language, load_grammar
from daemon.text.chunk import Chunk
from daemon.text.languages.knowledge import load_all
from daemon.text.transcript import count_words
from tests.unit.cleaning.offline.said import cleaned, turn

CODES = [code for code, language in load_all().items() if language.rules is not None]


def test_there_are_rules_for_these_languages():
    assert set(CODES) >= {
        "ca", "da", "de", "en", "es", "fr", "it", "nl", "no", "pl", "pt", "ru", "sv", "uk",
    }  # fmt: skip
    assert load_grammar("fi") is None
    assert load_grammar("../x") is None


@pytest.mark.parametrize("code", CODES)
def test_a_file_with_rules_holds_what_they_ask_for(code):
    found = load_grammar(code)
    assert isinstance(found, Grammar)
    words = found.words
    assert words.fillers
    assert found.untouched
    assert not words.fillers & words.repeatable
    assert not found.untouched & (words.repeatable | words.repeatable_parted | words.repeatable_together)
    for markers in found.markers.values():
        for marker in markers:
            assert marker.after <= {"opening", "comma", "break", "word"}
            assert marker.ending <= {"comma", "break", "question", "stop", "word"}


@pytest.mark.parametrize(
    ("code", "said", "text"),
    [
        (
            "de",
            "Ähm, ich ich glaube, äh, es, es war nicht nicht gut, ne?",
            "Ich glaube, es war nicht nicht gut.",
        ),
        ("es", "Eh, creo que, que el el plan, o sea, no no vale.", "Creo que el plan no no vale."),
        ("fr", "Euh, je je pense que, tu sais, le, le plan est bon.", "Je pense que le plan est bon."),
        ("it", "Ehm, io io penso che il, il piano, cioè, va bene.", "Io penso che il piano va bene."),
        ("nl", "Eh, ik ik denk, weet je, dat de, de trein niet rijdt.", "Ik denk, dat de trein niet rijdt."),
        ("pt", "Hã, eu eu acho que o, o plano, tipo, não não dá, né?", "Eu acho que o plano não não dá."),
        ("ca", "Ehm, crec que, que el el pla, saps, no no va bé.", "Crec que el pla no no va bé."),
        ("sv", "Öh, jag jag tror, du vet, det, det går inte.", "Jag tror, det går inte."),
        ("da", "Øh, jeg jeg tror, du ved, det, det ikke går.", "Jeg tror, det ikke går."),
        ("no", "Eh, jeg jeg tror, du vet, det, det ikke går.", "Jeg tror, det ikke går."),
        ("pl", "Yyy, ja ja myślę, wiesz, w w domu nie nie działa.", "Ja myślę w domu nie nie działa."),
        ("ru", "Эээ, я я думаю, знаете, в в доме не не работает.", "Я думаю в доме не не работает."),
        ("uk", "Ем, я я думаю, знаєте, в в домі не не працює.", "Я думаю в домі не не працює."),
    ],
)
def test_fillers_repeats_and_markers_go_by_language(code, said, text):
    assert cleaned(said, code) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("pt", "Um dia ele comprou um carro e um livro"),
        ("de", "Er sagte, er kommt um acht Uhr um die Ecke"),
        ("de", "Die, die das wissen, sagen, dass sie sie sehen"),
        ("nl", "Er is er geen meer, uit die die er was"),
        ("fr", "Ils sont là là où nous nous levons"),
        ("it", "Va piano piano, così così"),
        ("de", "Ich mag es, es ist gut"),
        ("de", "Das bin ich, ich heiße Anna"),
        ("es", "Vino con él, él es mi hermano"),
        ("fr", "Je viens avec elle, elle est là"),
        ("it", "Vengo con lui, lui è qui"),
        ("nl", "Ik was er, er was niemand"),
        ("pt", "Quero isso, isso é bom"),
        ("ca", "Em sembla que no em va veure, i els els dono"),
        ("ca", "Vaig venir amb ell, ell és el meu germà"),
        ("sv", "Han gick in i i går kväll stängda rum, du vet vad jag menar"),
        ("sv", "Det är han, han är min bror"),
        ("da", "Det er hende, hun er min søster, du ved hvad jeg mener"),
        ("no", "Lineær algebra, som, som mange vet, er nyttig"),
        ("no", "Det er han, han er min bror"),
        ("pl", "Wektory I i J, a potem nie, nie wiem"),
        ("pl", "Wiesz, co to jest, to jest dobre"),
        ("ru", "Ну да, да, очень очень хорошо"),
        ("ru", "Вы знаете, что это он, он мой брат"),
        ("uk", "Так, так, дуже дуже добре"),
        ("uk", "У дво- та тривимірних випадках"),
        ("de", "Die x- und y-Achse, die i-, j- und k-Werte"),
        ("en", "The x- and y-axis"),
    ],
)
def test_words_that_would_be_fillers_elsewhere_stay(code, text):
    assert cleaned(text, code) == text


def test_a_chunk_is_cleaned_in_the_language_it_is_in():
    german = "Ich glaube, äh, wir sollten noch einmal über das das reden, was letzte Woche passiert ist."
    assert clean_chunk(Chunk(0, german)).cleaned_text.startswith("Ich glaube, wir sollten")
    assert clean_chunk(Chunk(0, german), "en").cleaned_text == german


def test_a_short_turn_is_in_the_language_of_its_chunk():
    um = turn("Um, Berlin.")
    english = Chunk(0, "what is the name of it\n\nUm, Berlin.", turns=(turn("what is the name of it"), um))
    german = Chunk(0, "Und wo war das?\n\nUm, Berlin.", turns=(turn("Und wo war das?"), um))
    assert clean_chunk(english).turns[1] == "Berlin."
    assert clean_chunk(german).turns[1] == "Um, Berlin."


def test_a_long_turn_is_in_its_own_language():
    german = turn(
        "Er sagte uns um acht, dass wir nicht mehr so viel um die Ecke gehen sollen, und das war um neun."
    )
    english = turn("um so what do you think about the plan that we have for it")
    chunk = Chunk(0, f"{english.text} {german.text}", turns=(english, german))
    assert clean_chunk(chunk, "en").turns == (
        "So what do you think about the plan that we have for it",
        german.text,
    )


def test_english_is_told_even_by_a_few_words():
    assert detect_language("so what do you think") == "en"
    assert detect_language("Um, uh.") == "en"
    assert detect_language("o que você acha do plano") != "en"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("minusta meidän pitäisi puhua siitä, mitä tapahtui, koska se on ja se oli um um", "Finnish"),
        ("先週あった事について話したほうがいいと思います。", "Japanese"),
        ("lorem ipsum " * 30, "could not be told"),
    ],
)
def test_an_unknown_language_is_left_as_it_is_and_that_is_said(text, told):
    done = clean_chunk(Chunk(0, text))
    assert done.cleaned_text.split() == text.split()
    assert done.edits == ()
    [flag] = done.flags
    assert told in flag.reason
    assert flag.words == count_words(text)


def test_a_few_words_of_no_language_are_not_worth_a_flag():
    assert clean_chunk(Chunk(0, "Berlin, Paris, 5.")).flags == ()
