"""The launcher of the local sandbox: ``python -I -m workers.sandbox.confine SPEC``.

It enters namespaces, builds a root of its own, sets limits and becomes the harness, with nothing but
the standard library. The worker starts it as a process of its own, because a process that has
entered a namespace does not come back.
"""
