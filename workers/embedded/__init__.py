"""The whole service on one machine, without Docker Compose: what `interleave up` starts and watches."""
