"""A result as a Word document: to be read and handed on, or to be gone through change by change."""
