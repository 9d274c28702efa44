"""The command line: one file a command, none importing torch, PyAV or NumPy before it works."""
