"""What the network is made of, and how long it is trained: all that the card tells, without torch."""

WIDTH = 128
"""Numbers that a word is while it goes through the network."""

DISTANCES = (1, 2, 4, 8, 16, 8, 4, 2, 1, 1)
"""How far from a word, in words, its two neighbours are in each layer; 47 words on either side are seen."""

SEED = 20_240_611
STEPS = 10_000
"""How many steps the training takes."""

COOL_DOWN = 4_000
"""In how many of them, the last, the rate of learning falls to nothing."""

WORDS, BATCH = 192, 48
"""Words in a window, windows in a step."""
