from concurrent.futures import ProcessPoolExecutor
from multiprocessing import RawValue, get_context

r = RawValue("i", 100)


def work(step):
    r.value += step


if __name__ == "__main__":
    context = get_context("fork")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        pool.submit(work, 10).result()
    print("r is now", r.value)
