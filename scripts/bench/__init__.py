"""``make bench``: what a verdict costs on this machine, beside what the bare program costs."""
