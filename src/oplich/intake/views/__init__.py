"""Pages of the letter box: uploads, what is decided about them, how foreign columns are read, templates, single rows."""
