"""Reading files that strangers made. Everything here except `tables` runs in the confined child and knows no Django."""
