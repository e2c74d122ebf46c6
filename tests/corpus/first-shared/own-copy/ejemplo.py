# ejercicio 1
from multiprocessing import Process

total = 32


def sumar():
    global total
    total = total + 10
    print("hijo:", total)


if __name__ == "__main__":
    hijo = Process(target=sumar)
    hijo.start()
    hijo.join()
    print("padre:", total)
