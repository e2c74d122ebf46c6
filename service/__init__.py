"""Who may do what, what is kept, what is shown."""
