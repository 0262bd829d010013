"""An order service for trade customers of a tea merchant, and its insecure twin."""
