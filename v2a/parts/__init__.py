"""Network parts that packs hold and that no library offers in our form."""
