"""Every file that an editor gets: the `NAME.foley` folder and its contents."""
