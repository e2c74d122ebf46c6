import threading
from multiprocessing import RawValue


class Worker(threading.Thread):
    def __init__(self, box, lock):
        threading.Thread.__init__(self)
        self.box = box
        self.lock = lock

    def run(self):
        for i in range(10):
            with self.lock:
                self.box.value += 1


box = RawValue("i", 0)
lock = threading.Lock()
workers = [Worker(box, lock) for i in range(10)]
for w in workers:
    w.start()
for w in workers:
    w.join()
print("box:", box.value)
