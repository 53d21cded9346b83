// The name by which what belongs to a house of a round, or to one of its villages, is found.

export const keyOf = (round, house) => `${round}/${house}`;
