import logging
import multiprocessing as mp

logging.basicConfig(level=logging.INFO, format="%(processName)s: %(message)s")


def work(number, lock):
    logging.info("starting")
    for i in range(10):
        with lock:
            number.value += 1
            logging.info("number is now %d", number.value)
    logging.info("bye")


if __name__ == "__main__":
    number, lock = mp.RawValue("i", 500), mp.Lock()
    procs = []
    for name in "abcdefghij":
        p = mp.Process(target=work, args=(number, lock), name=name)
        p.daemon = True
        procs.append(p)
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    print("final", number.value)
