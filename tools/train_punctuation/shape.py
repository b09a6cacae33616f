"""What the network is made of, and how long it is trained: all that the card tells, without torch."""

WIDTH = 96
"""Numbers that a word is while it goes through the network."""

DISTANCES = (1, 2, 4, 8, 16, 4, 2, 1)
"""How far from a word, in words, its two neighbours are in each layer; 38 words on either side are seen."""

SEED = 20_240_611
STEPS = 4_800

WORDS, BATCH = 192, 48
"""Words in a window, windows in a step."""
