/** The largest body of a request that the service takes, in MiB. */
export const largestBodyMib = 48;

/** The same in bytes. */
export const largestBodyBytes = largestBodyMib * 2 ** 20;
