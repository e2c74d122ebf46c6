"""The sandbox for a grading host of its own: an OCI runtime on the unpacked image, without a daemon.

A container that Docker's daemon starts costs ten times what its runtime alone takes for the same one. So here
the worker, as root, runs the runtime itself: `archive` and `store` unpack the image once, `spec` says what
confines a container, `runtime` starts and ends one, `reaper` clears away what a killed worker left.
"""
