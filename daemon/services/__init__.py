"""The contract's services: each only translates between messages and the daemon's parts."""
