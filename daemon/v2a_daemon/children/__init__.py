"""Child processes: started, asked, limited, replaced; and what travels over their pipes."""
