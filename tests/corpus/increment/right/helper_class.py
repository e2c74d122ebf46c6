class SafeCounter:
    """Counter that can be used by several processes."""

    def __init__(self, box, lock):
        self.box = box
        self.lock = lock

    def __iadd__(self, n):
        with self.lock:
            self.box.value += n
        return self


def F(r, lock):
    counter = SafeCounter(r, lock)
    for _ in range(10):
        counter += 1
