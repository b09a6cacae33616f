"""The words of a text, as whitespace parts them."""

from daemon.text.transcript import count_each_word, split_words


def test_words_are_what_whitespace_parts_with_their_punctuation():
    assert split_words(" Yes,\tyes:\n\nit is\u00a0so. ") == ("Yes,", "yes:", "it", "is", "so.")
    assert count_each_word("so, so, it is so") == {"so,": 2, "it": 1, "is": 1, "so": 1}
    assert split_words("") == ()


def test_a_text_too_long_to_be_held_has_the_same_words():
    words = ["one", "two,"] * 20_000
    assert split_words(" ".join(words)) == tuple(words)
    assert count_each_word(" ".join(words)) == {"one": 20_000, "two,": 20_000}
