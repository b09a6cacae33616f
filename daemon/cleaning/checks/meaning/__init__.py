"""Whether a passage says the same of the same; `changed_meaning` puts the questions together.

exchanges        another person, day, unit, tense or opposite; two words exchanged
negations        denied what was said, or said what was denied
changed_numbers  numbers gone, new or others, in whatever spelling
lost_names       names gone, with nothing like them left
questions        whether what was asked is still asked
long_passages    what is certain enough to refuse in a passage of many words
lone_changes     of that, a word changed where nothing near it is
moved_words      of that, words put before, behind or in another place
losses           clauses and limiting words that are gone, words put behind a passage that broke off
word_forms       other forms and spellings of a word, and what it may be misheard for
short_passages/  every single word of a short passage
doubt            what they find
"""
