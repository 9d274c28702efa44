"""`v2a bridge`: serves another program over two pipes, requests and events as lines of JSON."""
