import multiprocessing


def work(r, lock):
    """Adds ten, one by one."""
    for _ in range(10):
        with lock:
            r.value += 1


def main():
    r = multiprocessing.RawValue("i", 5)
    lock = multiprocessing.Lock()
    p = multiprocessing.Process(target=work, args=(r, lock))
    p.start()
    p.join()
    if p.exitcode != 0:
        raise SystemExit("the process has failed")
    print(r.value)


if __name__ == "__main__":
    main()
