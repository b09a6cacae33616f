"""A summary and chapters of a cleaned transcript: what is asked, what came back, and what of it is taken.

questions    what is sent: numbered paragraphs, and what is wanted of them
answers      lines with paragraph numbers, read out of whatever a model wrote
grounds      what a line may say: nothing that is not in the paragraphs that it names
making       the whole, from parts where the transcript is long
"""
