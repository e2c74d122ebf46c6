# Aufgabe Zaehler
from multiprocessing import Process, RawValue

ANZAHL_PROZESSE = 10
ANZAHL_SCHRITTE = 10


def hochzaehlen(zaehler, schritte):
    for schritt in range(schritte):
        zaehler.value += 1


if __name__ == "__main__":
    zaehler = RawValue("i", 0)
    prozesse = []
    for nummer in range(ANZAHL_PROZESSE):
        prozesse.append(Process(target=hochzaehlen, args=(zaehler, ANZAHL_SCHRITTE)))
    for prozess in prozesse:
        prozess.start()
    for prozess in prozesse:
        prozess.join()
    print("Stand:", zaehler.value)
