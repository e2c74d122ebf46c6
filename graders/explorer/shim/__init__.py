"""Hooks in the student's process, so that every step that others can notice is asked for first.

The program must not be able to tell by accident that they are there: types keep their layout,
names and base classes, exceptions come from the same place. They protect nothing: a hostile
program may tear them out and then lies only about itself, which the controller sees in its own
mapping of the shared memory.
"""
