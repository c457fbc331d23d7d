"""How each language writes numbers and dates, where Django has it otherwise."""
