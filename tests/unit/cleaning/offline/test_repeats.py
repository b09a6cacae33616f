"""Words and phrases said twice: what goes, and what is grammar, weight or a name, and stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.offline.language import load_grammar
from tests.unit.cleaning.offline.said import cleaned


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I saw the the house", "I saw the house"),
        ("I I I think", "I think"),
        ("We, we have it", "We have it"),
        ("we have, we have a plan", "We have a plan"),
        ("we have… we have a plan", "We have a plan"),
        ("And in the in the end", "And in the end"),
        ("So it's a, it's a good one", "So it's a good one"),
        ("we um we went", "We went"),
        ("I'm I'm here", "I'm here"),
        ("He left. The, the end.", "He left. The end."),
        ("I, you know, I went", "I went"),
        ("He left and that, that was late", "He left and that was late"),
        ("When it rained, it, it rained", "When it rained, it rained"),
        ("fees and, fees and costs", "Fees and costs"),
        ("there is a good… there is a good reason", "There is a good reason"),
        ("We walked to, to the house", "We walked to the house"),
        ("The plan is, is good", "The plan is good"),
        ("May I ask that if, if I may?", "May I ask that if I may?"),
        ("It is late and, and I think we were waiting?", "It is late and I think we were waiting?"),
        ("When you- when- when you say so, what is it?", "When you say so, what is it?"),
        ("We start in, in this house, right?", "We start in this house, right?"),
        ("It is late, but is, is there a plan?", "It is late, but is there a plan?"),
    ],
)
def test_words_repeated_by_accident_go(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("They were growing, um, growing fast", "They were growing fast"),
        ("A really, uh, a really good plan", "A really good plan"),
        ("Out of the house, um, out of the house they went", "Out of the house they went"),
        ("It was what, what, what we wanted", "It was what we wanted"),
        ("They sat in, in, in the garden", "They sat in the garden"),
    ],
)
def test_a_hesitation_between_two_or_a_third_shows_that_neither_was_meant(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "He said that that was fine",
        "The one I had, had a hole",
        "The best there is, is here",
        "The way it was, was fine",
        "Those we can, can be sold",
        "The thing is, is it good?",
        "It goes as it should, should it fail",
        "Thank you, you are very kind",
        "If you drive it, it is loud",
        "I know that, that is why we left",
        "Look at this, this is good",
        "We gave it to her, her house is old",
        "I don't know why, why should I",
        "They had had enough",
        "Well that that that that",
        "It is very very good, really, really good",
        "No no, bye bye",
        "It went on and on and on and on",
        "Over, and over, and over again",
        "A third, a third, a third",
        "More and more and more",
        "It's ten ten or 5 5 or 10 10",
        "I don't I don't know",
        "The Who The Who played",
        "In Paris, in Paris",
        "Ann have, Ann have",
        "That was it. It was it",
        "She said I. I said you",
        "Thank you. Thank you",
        "We were we're fine",
        "The IT it gave",
        "It is, it is. I do, I do.",
        "You had, had you?",
    ],
)
def test_what_can_be_said_twice_on_purpose_stays(text):
    assert cleaned(text) == text


EDGES = {
    "en": (
        "Whoever you are, you are late",
        "What they had, had gone",
        "All there was, was sold",
        "Wherever we go, we go by bike",
        "The ship that we sailed in in May sank",
        "The road I drive on on Sundays is shut",
        "The neighbours we talk to, to be frank, are loud",
        "They moved in, in a hurry",
        "However late it was, it was worth it",
        "Those who can, can help",
        "What we do, we do at home",
        "The dog he came with with a limp",
        "Everything that is, is made of something",
        "What is odd, um, is, is that it rains",
    ),
    "de": (
        "Was da war, war gut",
        "Wer gehen muss, muss jetzt gehen",
        "Was ihr habt, habt ihr geerbt",
        "Sie kommt mit mit dem Rad",
        "Der Bus fährt ab, ab Mai auch nachts",
        "Was das ist, das ist nicht klar",
        "Sobald sie da ist, ist alles gut",
        "Ihr fiel ein, ein Brief lag da",
        "Die, die es wissen, schweigen",
        "Er macht die Tür zu, zu spät",
    ),
    "nl": (
        "Wat raar was, was dat hij zweeg",
        "Wie mag, mag mee",
        "Wat je hebt, heb je zelf",
        "Ze stapt uit uit de trein",
        "Als dat kan, kan het morgen",
        "Ze weten het, het is laat",
        "Wie het is, is niet bekend",
    ),
    "es": (
        "Quien ha, ha de dar",
        "Lo que era, era poco",
        "Yo como como tú",
        "La lluvia para para que salgamos",
        "Pon el sobre sobre la silla",
        "El que está, está bien",
    ),
    "fr": (
        "Ce qui était, était beau",
        "Ceux qui ont, ont peur de perdre",
        "Ce que c'est, c'est un secret",
        "Le retour de de Gaulle",
        "Il entre entre deux voisins",
        "Nous nous taisons",
    ),
    "it": (
        "Quello che era, era poco",
        "Chi ha, ha da fare",
        "Sali su su per il monte",
        "Ciò che è, è",
        "Non so perché, perché tace",
    ),
    "pt": (
        "Eu como como tu",
        "O que era, era pouco",
        "Quem foi, foi cedo",
        "O trem para para subirmos",
        "O que tem, tem dono",
    ),
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code in EDGES for text in EDGES[code]])
def test_a_word_doubled_where_clauses_meet_is_grammar_in_every_language(language, text):
    left = cleaned(text, language).lower().split()
    assert left == text.replace(" um,", "").lower().replace("odd, is", "odd is").split()


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("de", "Ich ich weiß, dass dass in der, in der Stadt", "Ich weiß, dass in der Stadt"),
        ("nl", "Ik ik zag de de trein met de, met de post", "Ik zag de trein met de post"),
        ("es", "El el plan y y la idea de la, de la casa", "El plan y la idea de la casa"),
        ("fr", "Je je vois le le train dans le, dans le nord", "Je vois le train dans le nord"),
        ("it", "Io io vedo il il treno nella, nella città", "Io vedo il treno nella città"),
        ("pt", "Eu eu vejo o o trem na casa, e, e o mar", "Eu vejo o trem na casa, e o mar"),
    ],
)
def test_words_that_end_nothing_go_in_every_language(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize("language", EDGES)
def test_words_that_may_end_a_clause_are_never_among_those_that_go_whatever_stands_around(language):
    words = load_grammar(language).words
    assert not words.repeatable & (words.clause_ends | {"that", "this", "it", "you"})


@pytest.mark.parametrize("language", EDGES)
@given(data=st.data())
def test_behind_an_open_clause_no_verb_or_particle_said_twice_is_touched(language, data):
    words = load_grammar(language).words
    opener = data.draw(st.sampled_from(sorted(words.clause_openers)))
    ends = sorted(words.clause_ends - words.clause_openers - words.objects - words.joining)
    end = data.draw(st.sampled_from(ends))
    mark = data.draw(st.sampled_from([",", ""]))
    text = f"{opener} xyz {end}{mark} {end} zyx"
    assert cleaned(text, language).lower() == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("We - we were late.", "We were late."),
        ("I -- I don't know.", "I don't know."),
        ("I - um - I wanted it.", "I wanted it."),
        ("It was the — the house.", "It was the house."),
        ("He - um - left.", "He - left."),
    ],
)
def test_a_dash_that_stands_alone_is_a_mark_between_two(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He is - is he?"),
        ("en", "That is what I want — what I need."),
        ("en", "Give it to him — him, of all people."),
        ("en", "- Yes. - Yes."),
        ("en", "Apples, pears and, and, and."),
        ("en", "My, my, look at you."),
        ("de", "Er kauft Äpfel, Birnen und, und, und."),
        ("de", "Ich, ich, ich!"),
        ("es", "Y, y, y."),
        ("fr", "Elle, elle vient. Ça, ça me plaît."),
        ("fr", "Il habite à à peu près cinq lieues."),
        ("fr", "On parle de de plus en plus de choses."),
        ("nl", "Peren en, en, en."),
    ],
)
def test_what_is_said_twice_with_weight_stays(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("de", "Wie, wie hat das begonnen? Und wer, wer war da?", "Wie hat das begonnen? Und wer war da?"),
        ("fr", "Alors, comment, comment va-t-il ?", "Alors, comment va-t-il ?"),
        ("it", "Come, come è iniziato?", "Come è iniziato?"),
        ("nl", "Hoe, hoe is het begonnen?", "Hoe is het begonnen?"),
    ],
)
def test_a_question_that_is_begun_twice_is_asked_once(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Damit ich ich sein kann."),
        ("de", "Wenn er er selbst ist."),
        ("de", "Ich weiß nicht wie, wie gesagt, es tut mir leid."),
        ("nl", "Dat is wat, wat ik wil."),
        ("nl", "Omdat ik ik ben."),
    ],
)
def test_who_is_himself_stays_so(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    "text", ["World War I, I guess.", "It is type I, I think.", "Elizabeth I, I believe, was queen."]
)
def test_a_roman_numeral_is_not_said_twice(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What I want, I want now."),
        ("en", "Oh my my, what a view."),
        ("de", "Aber, aber, wer wird denn weinen?"),
        ("de", "Stühle, Tische und und und, also alles."),
        ("de", "Er hat eine, eine einzige Karte."),
        ("fr", "Il en a un, un seul."),
        ("fr", "Un par un, un à un."),
        ("es", "Solo hay una, una sola."),
        ("it", "Ne ho una, una sola."),
    ],
)
def test_what_is_said_again_for_its_weight_stays(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "And I want, I want to go.", "And I want to go."),
        ("en", "In my my house.", "In my house."),
        ("de", "Aber, aber das ist gut.", "Aber das ist gut."),
        ("de", "Und und und dann kam er.", "Und dann kam er."),
        ("fr", "Il a un, un chien.", "Il a un chien."),
    ],
)
def test_the_same_words_go_where_they_have_none(language, said, text):
    assert cleaned(said, language) == text
