"""Names and terms: what people want written otherwise, and who the speakers are."""
