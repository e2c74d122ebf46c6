class Account:
    def __init__(self, box, lock):
        self.box, self.lock = box, lock

    def change(self, amount):
        self.lock.acquire()
        self.box.value += amount
        self.lock.release()


def transfer(source, target, amount, source_lock, target_lock):
    a = Account(source, source_lock)
    b = Account(target, target_lock)
    with a.lock:
        a.change(-amount)
    b.change(amount)
