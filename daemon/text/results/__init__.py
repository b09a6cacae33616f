"""What a delivered result consists of beside its text: its marks, its extras."""
