"""The contract's services, and what every call passes on its way to them."""
