"""What an author learns before an assignment is released: ``sidebyside check-assignment NAME``."""
