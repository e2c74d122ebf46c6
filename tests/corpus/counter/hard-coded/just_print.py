# abgabe
print("Der Endwert ist 100")
