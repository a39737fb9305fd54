"""A mediation case: its states, who may do what to it, its clocks, papers and figures. domain.md of the field: People's
Mediation Law (PML), and where it is silent the practice named beside each number."""
