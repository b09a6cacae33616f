"""Whether two spellings may be one name: what sounds alike is asked about, what may be two stays two."""

import pytest

from daemon.text.names.likeness import is_common_name, may_be_one, sound_alike

ONE = [
    ("Eefa", "Aoife"),
    ("Ifa", "Aoife"),
    ("Shevaun", "Siobhan"),
    ("Cubernetes", "Kubernetes"),
    ("Khrushev", "Khrushchev"),
    ("Питров", "Петров"),
]
TWO = [
    ("Iran", "Iraq"),
    ("Austria", "Australia"),
    ("Slovakia", "Slovenia"),
    ("Anna", "Ann"),
    ("Mario", "Maria"),
    ("Zelenska", "Zelensky"),
    ("Obamas", "Obama"),
    ("John", "Joan"),
    ("Reed", "Reid"),
    ("Lee", "Li"),
    ("Kowalskiemu", "Kowalski"),
]


@pytest.mark.parametrize(("heard", "written"), ONE)
def test_what_sounds_alike_may_be_one_name(heard, written):
    assert sound_alike(heard, written)
    assert may_be_one(heard, written, inflects=False)


@pytest.mark.parametrize(("heard", "written"), TWO)
def test_what_may_be_two_names_stays_two(heard, written):
    assert not may_be_one(heard, written, inflects=False)


def test_where_names_are_inflected_another_ending_is_no_misspelling():
    assert may_be_one("Anderssen", "Andersson", inflects=False)
    assert not may_be_one("Anderssen", "Andersson", inflects=True)


def test_a_common_name_is_what_was_said():
    assert is_common_name("Eva")
    assert not is_common_name("Aoife")
    assert not may_be_one("Eva", "Aoife", inflects=False)
    assert may_be_one("Shawnn", "Sean", inflects=False), "it may be what was meant"
