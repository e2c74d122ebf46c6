import multiprocessing
import threading


def work(r, lock):
    for _ in range(10):
        with lock:
            r.value += 1


def report(r, process):
    process.join()
    print("Reporter: the value is", r.value)


if __name__ == "__main__":
    r = multiprocessing.RawValue("i", 0)
    lock = multiprocessing.Lock()
    processes = [multiprocessing.Process(target=work, args=(r, lock)) for _ in range(10)]
    for p in processes:
        p.start()
    reporter = threading.Thread(target=report, args=(r, processes[-1]))
    reporter.start()
