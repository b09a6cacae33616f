"""What is told of a word is worked out once, and not held for ever."""

from daemon.text.languages import word_readings
from daemon.text.languages.word_readings import WordReadings


def test_a_word_is_read_once():
    asked = []
    readings = WordReadings(lambda word: asked.append(word) or word.upper())
    assert list(map(readings.__getitem__, ["a", "b", "a"])) == ["A", "B", "A"]
    assert asked == ["a", "b"]


def test_it_begins_anew_when_it_is_full(monkeypatch):
    monkeypatch.setattr(word_readings, "_MOST_WORDS", 2)
    readings = WordReadings(len)
    assert [readings[word] for word in ("a", "bb", "ccc", "a")] == [1, 2, 3, 1]
    assert list(readings) == ["ccc", "a"]


def test_a_word_as_long_as_a_passage_is_read_and_not_held():
    passage = "很" * 5000
    readings = WordReadings(len)
    assert readings[passage] == len(passage)
    assert not readings
