from multiprocessing import Process, RawValue, Semaphore


class Adder(Process):
    def __init__(self, number, gate):
        super().__init__()
        self.number = number
        self.gate = gate

    def run(self):
        for _ in range(10):
            with self.gate:
                self.number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 55)
    gate = Semaphore(1)
    adders = [Adder(number, gate) for _ in range(10)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    print("The number is now", number.value)
