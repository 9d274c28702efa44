"""The report of a film (`NAME.foley.html`), and the picture of `v2a scenes --plot`."""
