"""The trusted process inside a sandbox: it runs student code and writes the report."""
