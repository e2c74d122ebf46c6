"""Names an encoding that is none, and hides characters that turn the text around."""
# -*- coding: latin-1 -*-

print(100)  # ‮ ⁦ if False: ⁩
