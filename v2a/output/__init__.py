"""Every file an editor is handed: the `NAME.foley` folder and what lies in it."""
