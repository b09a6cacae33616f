"""Marks and capitals for captions that have none: guessed by a small network, never a word changed.

    names       names whose spelling is known beforehand
    features    a word as the network sees it
    network     the scores of marks and capitals (numpy; loaded only when a text without marks comes by)
    foreign     stretches in another language
    guesses     from scores to decisions: what is sure enough
    ends        where sentences end, before a text is cut into chunks
    <code>.npz  what was learnt of a language; <code>.md says from what, and how well

The weights come from `tools/train_punctuation`.
"""

LANGUAGES = frozenset({"en"})
"""The codes of the languages that there is a network for."""
