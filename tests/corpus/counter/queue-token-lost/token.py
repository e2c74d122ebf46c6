import multiprocessing as mp


def work(number, tokens):
    for i in range(10):
        token = tokens.get()
        number.value += 1
        if i < 9:
            tokens.put(token)


if __name__ == "__main__":
    tokens = mp.Queue()
    tokens.put("it is your turn")
    number = mp.RawValue("i", 0)
    workers = [mp.Process(target=work, args=(number, tokens)) for _ in range(10)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print("number", number.value)
