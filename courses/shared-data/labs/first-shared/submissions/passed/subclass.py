from multiprocessing import Process, RawValue

STEP = 10


class Worker(Process):
    def __init__(self, box):
        Process.__init__(self)
        self.box = box

    def run(self):
        self.box.value = self.box.value + STEP


if __name__ == "__main__":
    box = RawValue("i", -3)
    worker = Worker(box)
    worker.start()
    worker.join()
    print("In the box there is", box.value)
