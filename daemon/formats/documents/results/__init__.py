"""Results of this program that somebody drops again."""
