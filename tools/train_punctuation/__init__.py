"""From pinned public texts to the weights in `daemon/cleaning/offline/punctuation`, by one command.

python -m tools.train_punctuation CLONES OUT

CLONES is a folder of git clones, one for each of `sources.SOURCES`, under its name; OUT is where the weights
and the model card are written. It needs torch. The same clones give the same bytes on the same machine.

    sources           which texts, where from, under what licence, at which commit
    white_house       a page of the White House's as turns
    hearings          a hearing of the Congress as turns
    labels            a turn as words, each with the mark behind it and how it is written
    corpus            all turns as arrays, and what is held back for the scores
    shape             how large the network is, and how long it is trained
    network           the network, in torch
    training          its training, step by step
    export            the trained network in whole numbers, as the daemon reads it
    scores            how often marks and capitals are right
    card              what is written down about it
"""
