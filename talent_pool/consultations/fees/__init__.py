"""What a consultation pays: entered by one person, confirmed by another."""
