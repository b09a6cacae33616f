"""What a longer passage says otherwise than before is noted, wherever in it that is."""

import pytest

from daemon.cleaning.checks.meaning.changed_meaning import find_changed_meaning, find_noted_doubts
from daemon.cleaning.checks.parting import LONGEST_PART, list_changed_parts
from daemon.cleaning.checks.speech import speech_of

BEFORE = (
    "So, um, the choir had no room of its own in those years. We, we sang in the barn of the old mill, and "
    "in winter the breath froze on the windows. You know, nobody minded the cold."
)
BEFORE_CLEANED = (
    "So the choir had no room of its own in those years. We sang in the barn of the old mill, and in winter "
    "the breath froze on the windows. Nobody minded the cold."
)
BEHIND = (
    "And, uh, later the town gave us the hall above the fire station. It smelt of smoke and of, of polish, "
    "but it was warm, and the piano was tuned twice a year."
)
BEHIND_CLEANED = (
    "And later the town gave us the hall above the fire station. It smelt of smoke and of polish, but it was "
    "warm, and the piano was tuned twice a year."
)
ENGLISH = speech_of("en")


def noted(original, cleaned):
    before, after = f"{BEFORE} {original} {BEHIND}", f"{BEFORE_CLEANED} {cleaned} {BEHIND_CLEANED}"
    assert find_changed_meaning(before, after, ENGLISH) is None
    return [(doubt.kind, doubt.gone, doubt.new) for doubt in find_noted_doubts(before, after, ENGLISH)]


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("Our neighbour was hired by, um, by the baker.", "Our neighbour hired the baker."),
        ("They hardly, um, hardly ever paid us.", "They ever paid us."),
        ("It seems that, uh, the pump failed.", "The pump failed."),
        ("I tried to, um, ring the vicar.", "I rang the vicar."),
        ("The rent went up, uh, by nine percent.", "The rent went up to nine percent."),
        ("They used to, um, bring us soup.", "They bring us soup."),
        ("We left the, uh, the music in the", "We left the music in the attic."),
        ("It was a, um, a bloody shame.", "It was a shame."),
        ("Send me the, uh, the notes.", "Please send me the notes."),
        ("He's the, um, the second best tenor.", "He's the best tenor."),
        ("He even, uh, paid for the bus.", "He paid for the bus."),
    ],
)
def test_a_falsehood_in_a_longer_passage_is_noted(original, cleaned):
    assert noted(original, cleaned) != []


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("We were, um, we were eight at first.", "We were eight at first."),
        ("You know, it was, it was kind of a family.", "It was a family."),
        ("Did you, uh, did you ever sing?", "Did you ever sing?"),
        ("I'm gonna, I'm gonna miss it.", "I'm going to miss it."),
    ],
)
def test_a_faithful_cleaning_of_a_longer_passage_has_nothing_noted(original, cleaned):
    assert noted(original, cleaned) == []


def refused(original, cleaned):
    before, after = f"{BEFORE} {original} {BEHIND}", f"{BEFORE_CLEANED} {cleaned} {BEHIND_CLEANED}"
    return find_changed_meaning(before, after, ENGLISH)


@pytest.mark.parametrize(
    ("original", "cleaned", "fault"),
    [
        ("The vicar can, um, ring the bell.", "The vicar can't ring the bell.", "a negation"),
        ("The vicar cannot ring the bell.", "The vicar can ring the bell.", "a negation"),
        ("For a while they don't like the organ.", "For a while they like the organ.", "a negation"),
        ("There were 1,250 of us in all.", "There were 1,350 of us in all.", "a number"),
        ("There were about 25 of us.", "There were about 250 of us.", "a number"),
        ("In the end I had to pay for it.", "In the end they had to pay for it.", "a different person"),
        ("So Agnes hit Margot, and Agnes ran.", "So Agnes hit Margot, and Margot ran.", "a name"),
        ("He was the, um, the second of four.", "He was the third of four.", "a number"),
        ("They paid, um, all of the choirs.", "They paid half of the choirs.", "a day, a unit"),
        ("Now that was a likely story.", "Now that was an unlikely story.", "a day, a unit"),
        ("It cost about $200 a month.", "It cost about €200 a month.", "a sign"),
    ],
)
def test_one_word_changed_alone_is_refused_where_nobody_can_have_misheard_it(original, cleaned, fault):
    assert refused(original, cleaned).startswith(fault)


@pytest.mark.parametrize(
    ("original", "cleaned", "fault"),
    [
        ("The vicar had no doubt of it at all.", "The vicar had doubt of it at all.", "a negation"),
        ("They do not sell the old bell here.", "They sell the old bell here.", "a negation"),
        ("They're not ringing it on the hour.", "They're ringing it on the hour.", "a negation"),
        ("But he wasn't sure, I mean, of it all.", "But he was sure of it all.", "a negation"),
        ("They paid us nine percent of all of it.", "They paid us 5 percent of all of it.", "a number"),
        ("It cost about 12,000, you know, in all.", "It cost about 1,200 in all.", "a number"),
        ("The rent went up by a lot after that.", "The rent went down by a lot after that.", "a day, a unit"),
        ("They lost a bet and won a prize there.", "They won a bet and lost a prize there.", "two words"),
        ("So the vicar might sell the old bell.", "So the vicar will sell the old bell.", "a day, a unit"),
        ("They always, you know, went to the the fair.", "They never went to the fair.", "a day, a unit"),
        ("He came on Tuesday to ring the bell.", "He came on Thursday to ring the bell.", "a day, a unit"),
        ("It weighed 40 milligrams after the fire.", "It weighed 40 micrograms after the fire.", "a day, a"),
        ("He asked my uncle about the old bell.", "He asked my nephew about the old bell.", "a day, a unit"),
        ("We had a choir from Leeds with us too.", "We had a choir from Utrecht with us too.", "a name"),
    ],
)
def test_what_no_model_can_have_read_is_refused_though_markers_are_gone_beside_it(original, cleaned, fault):
    assert (refused(original, cleaned) or "").startswith(fault)


@pytest.mark.parametrize(
    ("language", "said", "negation"),
    [
        ("es", "Entonces mi tío llevaba la barca y yo no sabía nadar en el río con los otros.", "no "),
        (
            "it",
            "Quell'anno la banca ci aveva dato un prestito e mio padre non voleva firmare le carte.",
            "non ",
        ),
        ("pt", "Naquele ano o dono da padaria antiga não queria vender a casa ao meu sogro.", "não "),
        ("nl", "In de winter lagen we in de haven en mijn broer wilde niet op het water wonen.", "niet "),
    ],
)
def test_a_negation_gone_by_itself_is_refused_in_languages_that_deny_by_one_word(language, said, negation):
    passage = " ".join([said] * 5)
    cleaned = said.replace(negation, "") + passage[len(said) :]
    phrase = find_changed_meaning(passage, cleaned, speech_of(language))
    assert phrase.startswith("a negation")


@pytest.mark.parametrize(
    ("said", "fault"), [("No, no tenemos coche.", "a negation is gone"), ("no no tenemos coche", None)]
)
def test_an_answer_does_not_stand_for_the_negation_behind_it(said, fault):
    around = "El lunes fuimos al puerto con mi tío y estaba cerrado, así que volvimos a casa por el río. " * 4
    original, cleaned = f"{around}{said} {around}", f"{around}No, tenemos coche. {around}"
    spanish = speech_of("es")
    assert find_changed_meaning(original, cleaned, spanish) == fault
    [doubt] = find_noted_doubts(original, cleaned, spanish)
    assert doubt.kind == "negation"


IN_OTHER_LANGUAGES = {
    "de": "Danach ist mein {} im {} mit uns an den See gefahren, und wir haben das alte Boot gestrichen.",
    "fr": "Après cela mon {} est venu chez nous en {} et nous avons repeint la vieille barque sur le lac.",
    "es": "Después de eso mi {} vino a la isla en {} y nosotros pintamos la barca vieja de la iglesia.",
    "it": "Dopo di che mio {} è venuto da noi in {} e abbiamo dipinto la vecchia barca davanti alla chiesa.",
    "nl": "Daarna is mijn {} in de {} bij ons gekomen en hebben we samen de oude boot bij de kerk geverfd.",
    "pt": "Depois disso o meu {} veio para a ilha em {} e nós pintamos o barco velho em frente da igreja.",
}


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("de", ("Schwager", "Frühjahr"), ("Bruder", "Frühjahr")),
        ("de", ("Großvater", "Frühjahr"), ("Schwiegervater", "Frühjahr")),
        ("de", ("Onkel", "Frühjahr"), ("Onkel", "Herbst")),
        ("fr", ("oncle", "juin"), ("neveu", "juin")),
        ("fr", ("mari", "juin"), ("frère", "juin")),
        ("fr", ("mari", "juin"), ("mari", "juillet")),
        ("es", ("abuelo", "mayo"), ("suegro", "mayo")),
        ("es", ("marido", "mayo"), ("marido", "marzo")),
        ("it", ("zio", "primavera"), ("cugino", "primavera")),
        ("it", ("zio", "primavera"), ("zio", "autunno")),
        ("nl", ("oom", "voorjaar"), ("neef", "voorjaar")),
        ("nl", ("oom", "voorjaar"), ("oom", "najaar")),
        ("pt", ("sogro", "maio"), ("genro", "maio")),
        ("pt", ("marido", "maio"), ("irmão", "maio")),
    ],
)
def test_another_relative_season_or_month_is_refused_in_other_languages(language, said, written):
    sentence = IN_OTHER_LANGUAGES[language]
    around = " ".join([sentence.format(*said)] * 3)
    before, after = (f"{around} {sentence.format(*words)} {around}" for words in (said, written))
    assert find_changed_meaning(before, after, speech_of(language)).startswith("a day, a unit")


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("fr", "l'hiver", "l'été"),
        ("fr", "d'août", "d'avril"),
        ("fr", "qu'hier", "qu'aujourd'hui"),
        ("it", "dell'estate", "dell'inverno"),
    ],
)
def test_a_word_is_refused_for_another_behind_an_apostrophe(language, said, written):
    sentence = IN_OTHER_LANGUAGES[language]
    around = " ".join([sentence.format("mari", "mai")] * 3)
    before, after = (f"{around} {sentence.format('mari', word)} {around}" for word in (said, written))
    assert find_changed_meaning(before, after, speech_of(language)).startswith("a day, a unit")


def test_a_grandmother_is_no_other_form_of_a_grandfather():
    assert refused("And my grandmother rang it for them.", "And my grandfather rang it for them.").startswith(
        "a day, a unit"
    )


@pytest.mark.parametrize(
    ("original", "fault"),
    [
        ("The tenor broke his leg on the icy steps of the station.", "a sentence"),
        ("We sold the smaller piano and we bought a larger one in Leeds.", "a sentence"),
    ],
)
def test_a_sentence_gone_from_the_middle_of_a_longer_passage_is_refused(original, fault):
    assert refused(original, "").startswith(fault)


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("So it's not a, it's a bell of bronze.", "So it's a bell of bronze."),
        ("We can't, um, we can sell it to them.", "We can sell it to them."),
        ("That is from our own view of the thing.", "That is from my own view of the thing."),
        ("He said, you know, that it was on time.", "He said that it was on time."),
        ("There's 15 of them in the old barn.", "There's fifty of them in the old barn."),
        ("They can do it in the hall as well.", "They could do it in the hall as well."),
        ("We were going to, I mean, we wanted to sell it.", "We wanted to sell it."),
        ("It's a great question.", ""),
        ("In fact what we did talk about was rent.", "In fact that, what we didn't talk about, was rent."),
        ("Haven't you heard that it burnt down?", "You heard that it burnt down?"),
        ("I don't think, uh, I think it was May.", "I think it was May."),
        ("There were about 17 of us then.", "There were about 70 of us then."),
        ("We sang until 10 in the evening.", "We sang until 10:00 in the evening."),
        ("So you can hear it on the tape.", "So we can hear it on the tape."),
        ("So the whole choir sang against him there.", "So the whole choir sang against them there."),
    ],
)
def test_what_people_hear_one_way_or_the_other_is_none(original, cleaned):
    assert refused(original, cleaned) is None


PASSAGE, CLEANED = f"{BEFORE} {BEHIND}", f"{BEFORE_CLEANED} {BEHIND_CLEANED}"


@pytest.mark.parametrize(
    "cleaned",
    [
        f"Of course! {CLEANED}",
        f"Here is the cleaned text: {CLEANED}",
        f"{CLEANED} Let me know if you need more.",
        f"{CLEANED} We sold it later.",
        f"{BEHIND_CLEANED} {BEFORE_CLEANED}",
        CLEANED.replace("Nobody", "No one").replace("And later", "In the barn of the old mill. And later"),
        f"{CLEANED} We sang in the barn of the old mill.",
    ],
)
def test_what_is_put_before_or_behind_a_longer_passage_or_moved_in_it_is_refused(cleaned):
    assert find_changed_meaning(PASSAGE, cleaned, ENGLISH) is not None


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("Can we, uh, can we still sell the organ?", "We can still sell the organ."),
        ("So did he pay for the piano?", "So did he pay for the piano."),
        ("Why? Did he pay, pay for it?", "Why? He paid for it."),
        ("Do you sell it?", "You sell it."),
    ],
)
def test_a_question_that_became_a_statement_of_its_words_is_refused(original, cleaned):
    assert refused(original, cleaned) == "a question became a statement"


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("It was warm, right?", "It was warm."),
        ("For the, um, the vicar?", "For the vicar."),
        ("My question would be, uh, on the piano?", "My question would be on the piano."),
        ("Can't you see that it's gone?", "Can't you see that it's gone."),
        ("Did he pay? I asked him.", '"Did he pay," I asked him.'),
        ("Will he, will he pay? He will pay.", "Will he pay? He will pay."),
    ],
)
def test_the_mark_alone_of_what_asks_by_no_verb_is_a_matter_of_taste(original, cleaned):
    assert refused(original, cleaned) is None


def test_a_question_of_another_language_is_known_by_the_order_of_its_words():
    before = f"{BEFORE} Haben wir das, äh, irgendwo aufgeschrieben? {BEHIND}"
    after = f"{BEFORE_CLEANED} Wir haben das irgendwo aufgeschrieben. {BEHIND_CLEANED}"
    assert find_changed_meaning(before, after, speech_of("de")) == "a question became a statement"


def test_a_start_or_an_end_that_is_cleaned_is_none():
    said, cleaned = f"Uh, yeah. {PASSAGE} So, um, yes", f"Yes. {CLEANED} So, yes."
    assert find_changed_meaning(said, cleaned, ENGLISH) is None


def test_what_is_noted_are_the_words_that_differ():
    assert noted("He even, uh, paid for the bus.", "He paid for the bus.") == [("word", ("even",), ())]


def test_of_a_passage_without_marks_the_words_that_differ_are_noted_too():
    before = " ".join(BEFORE.replace(".", "").replace(",", "").lower().split())
    cleaned = f"{BEFORE_CLEANED} Please bring us the soup."
    doubts = list(find_noted_doubts(f"{before} um bring us the soup", cleaned, ENGLISH))
    assert [doubt.new for doubt in doubts] == [("please",)]


def test_parts_are_those_that_differ_in_more_than_hesitations():
    before, after = f"{BEFORE} It was cold. {BEHIND}", f"{BEFORE_CLEANED} It was cold. {BEHIND}"
    assert list(list_changed_parts(before, after, ENGLISH.hesitations)) == [(BEFORE, BEFORE_CLEANED)]
    assert list(list_changed_parts(BEHIND, BEHIND.replace("uh, ", ""), ENGLISH.hesitations)) == []


def test_where_there_are_no_marks_parts_are_of_about_sixty_words():
    said = " ".join(f"well they sold {number} of the {number}th kind to him in may" for number in range(40))
    parts = list(list_changed_parts(said, said.replace("well ", ""), ENGLISH.hesitations))
    assert said.startswith(" ".join(was for was, _ in parts))
    assert len(parts) >= 6
    assert max(len(was.split()) for was, _ in parts) <= LONGEST_PART + 12


@pytest.mark.parametrize(
    "gap",
    ["inaudible", "unclear", "Undeutlich", "incompréhensible", "ohörbart", "niezrozumiałe", "нерозбірливо"],
)
def test_nobody_fills_in_what_could_not_be_understood(gap):
    assert refused(f"We asked [{gap}] for a loan.", "We asked the mayor for a loan.") is not None
    assert refused(f"We asked [{gap}] for a loan.", f"We asked [{gap}] for a loan.") is None
    assert refused(f"We asked [{gap}] the mayor for a loan.", "We asked the mayor for a loan.") is None
