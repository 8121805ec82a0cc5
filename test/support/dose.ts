/** How often a random, repeated or killing test does its thing: a little in each run of all tests, all of it with `npm run test:full`. */
export const isFull = process.env["DOSE"] === "full";

/** The count for this run. */
export const dose = (little: number, full: number): number => (isFull ? full : little);
