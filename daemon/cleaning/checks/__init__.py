"""What an answer is held against, one question a module or folder; `cleaning.verify` puts them together.

faithfulness     how many words are gone or new, over windows
meaning/         whether it says the same of the same: who, how many, whether at all
respelling       what is only spelt otherwise, or says nothing between two marks, written alike
replaced_words   words that stand for others, to be noted where a passage is taken
brackets         sounds that may be left out, gaps that may not be filled
symbols          signs that change a number, and what nobody says
repetition       phrases that come several times in a row
free_text        notes: about what was said, with no number or name of their own
parting          a long passage and its cleaning in parts, each to be asked what a short one is
stretches        where two texts differ; the others look at these
speech           the words of a language that the others look for
sounds           whether one word can be heard for another
verbatim         how much of what was said stays, by the level that is asked for
"""
