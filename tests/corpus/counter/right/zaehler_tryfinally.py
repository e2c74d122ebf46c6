# Uebungsblatt 5, Aufgabe 2
import multiprocessing

ANZAHL = 10


def arbeiten(stand, schloss):
    for runde in range(ANZAHL):
        schloss.acquire()
        try:
            alt = stand.value
            neu = alt + 1
            stand.value = neu
        finally:
            schloss.release()


if __name__ == "__main__":
    stand = multiprocessing.RawValue("i", -100)
    schloss = multiprocessing.Lock()
    arbeiter = []
    for n in range(ANZAHL):
        a = multiprocessing.Process(target=arbeiten, args=(stand, schloss))
        a.start()
        arbeiter.append(a)
    for a in arbeiter:
        a.join()
    print("Am Ende: %d" % stand.value)
