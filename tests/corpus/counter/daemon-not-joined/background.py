from multiprocessing import Process, Value


def work(total):
    for _ in range(10):
        with total.get_lock():
            total.value += 1


if __name__ == "__main__":
    total = Value("i", 0)
    for n in range(10):
        helper = Process(target=work, args=(total,))
        helper.daemon = True  # ends when the main program ends
        helper.start()
    print("total:", total.value)
