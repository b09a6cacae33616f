"""The outbox: a result appears whole, or not at all; only the modules of this folder write there.

names          what a result and its files are called, and how that is spelt on a disk that takes few names
finding        which results lie there: all, or those of one source
staging        the hidden folder in which a result is built
outbox_folder  results, rejected originals, index.html and STATUS.txt put there; what is left over swept
exchange       a result that was made again put in the place of the old one
replacement    a result made again, under today's settings or with a person's edits
"""
