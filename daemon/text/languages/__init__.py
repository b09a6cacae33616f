"""What is known of languages: one file for each, named after its code, read when it is first needed.

    knowledge    what a file holds, a language's name and code, and the words that all of them have together
    detection    which language a text is in

To add a language, write `CODE.yaml`: it has the keys of every other, which en.yaml explains. Nothing else
needs to know of it.
"""

from daemon.text.languages.detection import language_by_start, language_of
from daemon.text.languages.knowledge import code_of, may_be_language, name_of

__all__ = ["code_of", "language_by_start", "language_of", "may_be_language", "name_of"]
