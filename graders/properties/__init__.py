"""What a lab can demand: one property a file, registered in `PROPERTIES`."""
