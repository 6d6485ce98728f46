import { runJest } from './jest.js';

/** A million tokens, floods beside a good client, and hundreds of applications in one process. */
export const floods = {
  words: '[tokens | client | applications]: a million tokens, floods beside a good client, 200 applications in one process',

  /** @param {readonly string[]} args */
  run(args) {
    runJest('floods', args);
  },
};
