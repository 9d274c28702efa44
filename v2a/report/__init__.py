"""The page that shows what was found and made, and the picture of `v2a scenes --plot`."""
