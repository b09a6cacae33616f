"""review.html: what was changed, to be checked by people in a minute.

redline     which words went, came and stayed
model       the paragraphs, their facts and flags
page        HTML, by the template, stylesheet and script beside it
"""
