"""What lies in the outbox, at a glance and word by word: index.html and `transcriptd search`.

entry       what is known of one result
store       of all of them, in one SQLite file under state/, which is made again when it is gone or damaged
rows        a result as a line of index.html
page        index.html, by the template, stylesheet and script beside it
words       how words are folded, and what a person's query asks for
passages    the text of a result in passages with times, and the words around a hit
search      the query answered
refresh     all of it brought to what lies in the outbox
upkeep      kept so while the daemon runs
database    where the file lies, and how many results there are
"""
