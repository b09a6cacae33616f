"""The public names of the package, for programs that clean transcripts by themselves."""
