"""Every word of a short passage: one that is gone must have a reason to be, and one that is new as well.

unexplained   the first that has none; what is only another form of what stood there
additions     what is new
omissions     what is gone
restarts      what was begun and given up, so that it may be gone
passage       what is told from the whole of a passage, which the others ask
"""
