"""v2a for another program: it asks in lines of JSON, and is answered in lines of JSON."""
