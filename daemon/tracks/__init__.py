"""The tracks child: joins takes, writes NAME.foley, ends with its job; it knows no torch."""
