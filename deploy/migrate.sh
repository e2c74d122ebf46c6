#!/bin/sh
# The one-shot of each start: tables, courses, and on the very first start an administrator.
set -eu
interleave migrate
for course in "$INTERLEAVE_COURSES_DIR"/*/; do
  interleave course load --at-start "$course"
done
interleave user add admin --admin --unless-there-is-one
