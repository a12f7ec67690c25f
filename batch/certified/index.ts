/** A batch in partitions certified as one: scored, its sample asked, answered. */
export {};
