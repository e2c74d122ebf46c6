import multiprocessing


def add(shared):
    for _ in range(10):
        shared.value += 1


def main():
    shared = multiprocessing.Value("i", 7)
    child = multiprocessing.Process(target=add, args=(shared,))
    child.start()
    child.join()
    print(shared.value)


if __name__ == "__main__":
    main()
