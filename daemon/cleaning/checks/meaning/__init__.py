"""Whether a passage says the same of the same; `changed_meaning` puts the questions together.

exchanges        another person, day, unit, tense or opposite; two words exchanged
negations        denied what was said, or said what was denied
changed_numbers  numbers gone, new or others, in whatever spelling
lost_names       names gone, with nothing like them left
questions        whether what was asked is still asked
long_passages    what is certain enough to refuse in a passage of many words
short_passages   every single word of a short passage
losses           clauses and limiting words that are gone, words put behind a passage that broke off
restarts         what was begun and given up, so that it may be gone
word_forms       other forms and spellings of a word, and what it may be misheard for
doubt            what they find
"""
