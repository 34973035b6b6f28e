"""From a YAML file to a frozen Experiment; every validation message is made here."""
