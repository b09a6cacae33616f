"""Tables inside of documents: by the names of their columns, or names, times and words parted by tabs."""
