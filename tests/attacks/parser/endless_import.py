"""Breaks in the importer: a finder that never answers."""

import sys


class Finder:
    def find_spec(self, name, path, target=None):
        while True:
            pass


sys.meta_path.insert(0, Finder())
import something_else
