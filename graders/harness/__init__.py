"""The trusted process inside a sandbox: it runs student code and writes the report.

Student code never runs in the harness's own process, not even its parser.
"""
