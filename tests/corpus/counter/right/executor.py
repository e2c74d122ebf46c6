from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

context = get_context("fork")


def remember(counter):
    global shared
    shared = counter


def add_ten(name):
    for _ in range(10):
        with shared.get_lock():
            shared.value += 1
    return name


if __name__ == "__main__":
    counter = context.Value("i", 200)
    with ProcessPoolExecutor(10, mp_context=context, initializer=remember, initargs=(counter,)) as pool:
        futures = [pool.submit(add_ten, "worker %d" % n) for n in range(10)]
        for future in as_completed(futures):
            print(future.result(), "has finished")
    print("counter", counter.value)
