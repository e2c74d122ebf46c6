"""Places to run a submission: one interface, three kinds."""
