# A home-made lock: whoever takes the token out of the queue may change the number.
from multiprocessing import Process, Queue, RawValue


def work(number, tokens):
    for _ in range(10):
        token = tokens.get()
        number.value += 1
        tokens.put(token)


if __name__ == "__main__":
    number = RawValue("i", 20)
    tokens = Queue()
    tokens.put("token")
    workers = [Process(target=work, args=(number, tokens)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tokens.get()
    print("number:", number.value)
