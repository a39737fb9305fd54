"""A mediation case: its states, who may do what to it, its clocks, papers and figures. The rules follow
the People's Mediation Law (PML), and where it is silent the practice named beside each number: docs/law.md 5."""
