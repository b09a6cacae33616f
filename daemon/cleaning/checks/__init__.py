"""What an answer is held against, one question a module; `cleaning.verify` puts them together.

verbatim         how much of what was said stays, by the level that is asked for
"""
