"""Names whose spelling is known go before what the network thinks."""

from daemon.cleaning.offline.punctuation.names import Names, gather_names
from daemon.cleaning.offline.words import read_words


def spelt(text, names):
    words = read_words(text.split(), [0.0] * len(text.split()))
    found = names.find_spellings(words)
    return " ".join(found.get(place, word.text) for place, word in enumerate(words))


def test_a_term_of_the_glossary_is_written_as_it_stands_there():
    names = gather_names(["iPhone", "Amal Haddad", "WHO"], [], "")
    assert spelt("amal haddad has an iphone from the who", names) == "Amal Haddad has an iPhone from the WHO"


def test_a_name_of_several_words_is_found_only_whole():
    names = gather_names(["Will Brown"], [], "")
    assert spelt("will brown will paint it brown", names) == "Will Brown will paint it brown"


def test_the_longer_name_goes_first():
    names = gather_names(["new york", "New York Times"], [], "")
    assert spelt("the new york times of new york", names) == "the New York Times of new york"


def test_a_speakers_whole_name_is_certain_and_a_part_of_it_only_likely():
    names = gather_names([], ["Ann Rose", "Ben"], "")
    assert spelt("ann rose saw a rose", names) == "Ann Rose saw a rose"
    assert names.likely == {"ann", "rose", "ben"}


def test_a_title_only_makes_its_words_likelier():
    names = gather_names([], [], "How to visit Lisbon in May")
    assert spelt("we may visit lisbon", names) == "we may visit lisbon"
    assert {"lisbon", "may"} <= names.likely
    assert not {"to", "in", "visit"} & names.likely


def test_without_names_nothing_is_known():
    assert gather_names(["", "  ", "…"], [], "") == Names()
