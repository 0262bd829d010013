"""What runs in Lambda: one folder for each function, and ``orders``, the domain they share."""
