"""The ground floor: units, accounts, access, files, jobs, maps and printing. Knows nothing of the floors above."""
