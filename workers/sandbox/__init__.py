"""Places to run a submission: one interface, three kinds.

Nothing is imported here: the launcher of the local sandbox passes through this package each time it
starts, and must not pay for a Docker client.
"""
