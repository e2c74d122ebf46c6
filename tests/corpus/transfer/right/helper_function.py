def buchen(konto, betrag, schloss):
    """Bucht den Betrag auf das Konto."""
    with schloss:
        neu = konto.value + betrag
        konto.value = neu


def transfer(source, target, amount, source_lock, target_lock):
    buchen(source, -amount, source_lock)
    buchen(target, amount, target_lock)
