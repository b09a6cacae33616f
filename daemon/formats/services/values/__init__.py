"""What the JSON of services holds, whatever they call it: texts, names, times of words, lists of passages."""
