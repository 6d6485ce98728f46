import { runJest } from './jest.js';

/** Servers that are killed, frozen and slow and that lie, files that are replaced, and clocks that jump, all under load. */
export const faults = {
  words: '[provider | directory | messages | files | clock]: servers, files and clocks fail under load',

  /** @param {readonly string[]} args */
  run(args) {
    runJest('faults', args);
  },
};
