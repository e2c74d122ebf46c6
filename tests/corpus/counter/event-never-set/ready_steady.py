from multiprocessing import Event, Lock, Process, RawValue


class Adder(Process):
    def __init__(self, go, box, lock):
        super().__init__()
        self.go = go
        self.box = box
        self.lock = lock

    def run(self):
        self.go.wait()
        for _ in range(10):
            with self.lock:
                self.box.value += 1


if __name__ == "__main__":
    go = Event()
    box, lock = RawValue("i", 0), Lock()
    adders = [Adder(go, box, lock) for _ in range(10)]
    for adder in adders:
        adder.start()
    go.set
    for adder in adders:
        adder.join()
    print("box", box.value)
