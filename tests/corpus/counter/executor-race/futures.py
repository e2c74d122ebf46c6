import multiprocessing
from concurrent.futures import ProcessPoolExecutor, wait

number = multiprocessing.Value("i", 0, lock=False)


def add_many(times):
    global number
    for _ in range(times):
        number.value += 1


if __name__ == "__main__":
    ctx = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(max_workers=10, mp_context=ctx) as executor:
        futures = [executor.submit(add_many, 10) for _ in range(10)]
        wait(futures)
    print("Total:", number.value)
