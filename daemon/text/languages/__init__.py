"""What is known of languages: one file for each, named after its code, read when it is first needed.

    knowledge        what a file holds, a language's name and code, and the words that all have together
    detection        which language a text is in
    counting         numbers, in digits and in words
    fractions        fractions, in words, signs and figures
    clock_times      times of day, in words and in figures
    inner_signs      signs inside of words that deny or limit what is said
    word_readings    what is told of a word by itself, worked out once

To add a language, write `CODE.yaml`: it has the keys of every other, which en.yaml explains. Nothing else
needs to know of it.
"""

from daemon.text.languages.detection import language_by_start, language_of
from daemon.text.languages.knowledge import code_of, may_be_language, name_of

__all__ = ["code_of", "language_by_start", "language_of", "may_be_language", "name_of"]
