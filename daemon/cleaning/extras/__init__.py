"""A summary and chapters of a cleaned transcript: what is asked, what came back, and what of it is taken.

questions    what is sent: numbered paragraphs, and what is wanted of them
answers      lines with paragraph numbers, read out of whatever a model wrote
grounds      what a line may say: nothing that is not in the paragraphs that it names
cited        these paragraphs: what is said in them, and by whom
clauses      what is said of what: numbers, denials and opposites, in one clause
doers        who does it
hedges       what is left open
making       the whole, from parts where the transcript is long
"""
