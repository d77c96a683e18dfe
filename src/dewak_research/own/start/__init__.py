"""`dewak start`: own figures without a terminal, on a page that only this computer sees."""
