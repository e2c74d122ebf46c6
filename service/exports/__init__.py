"""Marks and work for other systems: Canvas, Moodle, and a zip of everything."""
