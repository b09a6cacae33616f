"""What a person mends in the review of a result, and how it comes into all of its files.

edits_file      what the review saves: data from anywhere, held to its form and size
amendments      what holds for a result from then on, and how it is laid over what was cleaned
taking          edits taken into that, one after the other
responsibility  who has put which words of the result there
"""
