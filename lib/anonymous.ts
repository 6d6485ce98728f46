/** The reserved name of the entry that admits requests without credentials. */
export const ANONYMOUS = 'anonymous';
