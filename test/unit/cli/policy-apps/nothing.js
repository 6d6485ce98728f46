export const main = 1;
export const other = 2;
