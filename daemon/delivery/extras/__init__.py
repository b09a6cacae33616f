"""A summary and chapters beside a result.

paragraphs   the numbered paragraphs of a finished transcript
making       what is done for a job between its last chunk and its delivery
presented    what is shown of an extra under today's names, and of a text that people have amended
files        talk.summary.md, talk.chapters.json and their like
"""
