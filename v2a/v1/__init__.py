"""The public contract, generated from protos/ by scripts/protos; do not edit."""
