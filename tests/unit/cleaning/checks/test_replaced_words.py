import pytest

from daemon.cleaning.checks.replaced_words import find_replaced_words
from daemon.cleaning.checks.speech import speech_for, speech_of


@pytest.mark.parametrize(
    ("original", "cleaned", "pair"),
    [
        ("she, she has been at the firm", "She has been at the farm.", ("firm", "farm")),
        ("three hundred, uh, houses", "300 horses.", ("houses", "horses")),
        ("it was built, um, in May", "It was rebuilt in May.", ("built", "rebuilt")),
        ("he, that he sold the bull", "He shot the bull.", ("sold", "shot")),
        ("Berry, let's meet at six.", "Bry, let's meet at six.", ("berry", "bry")),
        ("my dad's, uh, house", "My mum's house.", ("dad's", "mum's")),
    ],
)
def test_a_word_that_stands_for_another_is_noted(original, cleaned, pair):
    doubt = find_replaced_words(original, cleaned, speech_for(original))
    assert doubt is not None
    assert (doubt.kind, doubt.gone, doubt.new) == ("word", pair[:1], pair[1:])


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("we walked, uh, walking home", "We were walking home."),
        ("the colour of the harbour", "The color of the harbor."),
        ("we sell it today", "We sold it today."),
        ("it is, is twenty five", "It is 25."),
        ("then Karin came", "Then Karen came."),
        ("she went there", "We went there."),
        ("so my dad's uh here", "So my dad is here."),
        ("the the boys bike was blue", "The boy's bike was blue."),
    ],
)
def test_another_form_a_number_a_name_and_a_small_word_are_none(original, cleaned):
    assert find_replaced_words(original, cleaned, speech_for(original)) is None


@pytest.mark.parametrize(
    ("language", "original", "cleaned", "pair"),
    [
        ("ru", "мы два года, э, жили там", "Мы три года жили там.", ("два", "три")),
        ("ru", "мама была, э, против этого", "Мама была за этого.", ("против", "за")),
        ("zh", "那时候我八岁", "那时候我九岁。", ("八", "九")),
        ("ja", "えーと、父が会社を始めました", "兄が会社を始めました。", ("父", "兄")),
        ("cs", "ona, ona pracuje v Praze", "Ona pracovala v Praze.", ("pracuje", "pracovala")),
        ("ru", "она, э, работает в школе", "Она работала в школе.", ("работает", "работала")),
    ],
)
def test_a_small_word_or_another_tense_is_noted_where_nobody_collected_the_words(
    language, original, cleaned, pair
):
    doubt = find_replaced_words(original, cleaned, speech_of(language))
    assert doubt is not None
    assert (doubt.gone, doubt.new) == (pair[:1], pair[1:])


@pytest.mark.parametrize(
    ("language", "original", "cleaned"),
    [
        ("ru", "э, мы, мы поехали в, в Москву", "Мы поехали в Москву."),
        ("ru", "там было двадцать пять человек", "Там было 25 человек."),
        ("ru", "разные люди", "Разных люди."),
        ("zh", "嗯，我们，我们去了上海", "我们去了上海。"),
        ("ja", "二十五人が、えっと、来ました", "25人が来ました。"),
    ],
)
def test_there_a_stutter_a_figure_and_another_form_are_none(language, original, cleaned):
    assert find_replaced_words(original, cleaned, speech_of(language)) is None


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("fr", "l'école", "l'église"),
        ("fr", "l'histoire", "l'hiver"),
        ("it", "l'uomo", "l'anno"),
        ("it", "dell'anno", "dell'uomo"),
    ],
)
def test_what_stands_before_an_apostrophe_is_not_the_word(language, said, written):
    before, after = (f"Mario Rossi Colomba Verdi {word} Ponte Bianco Lago Nero" for word in (said, written))
    assert find_replaced_words(before, after, speech_of(language)).new == (written,)


def test_the_dot_of_a_loan_letter_makes_no_other_word():
    assert find_replaced_words("ज़मीन हमारी है", "जमीन हमारी है।", speech_of("hi")) is None


def test_a_short_word_is_noted_for_another_in_other_languages_but_not_for_its_accents():
    said = find_replaced_words("ona sen söyledin", "Ona ben söyledin.", speech_of("tr"))
    assert said is not None
    assert (said.gone, said.new) == (("sen",), ("ben",))
    assert find_replaced_words("to mi sie podoba", "To mi się podoba.", speech_of("pl")) is None
