"""What a result marks names, times and titles with, so that one that is dropped again is read as it was.

Results with these lie in people's folders: who renames one keeps the old one known to the readers.
"""

UNKNOWN = "?"
"""Stands for a speaker of whom the source doesn't say who it is, after one whom it names."""

# Styles of a Word document; templates may define them.
TITLE = "Title"
PARAGRAPH = "Transcript Paragraph"
ORIGINAL_WORDS = "Transcript Original Words"
NOT_CLEANED = "Transcript Not Cleaned"
TIME = "Transcript Time"
SPEAKER = "Transcript Speaker"
