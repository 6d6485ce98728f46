import { answering, itKeepsItsPromises } from '../support/faults/provider-promises.js';

// The other faults, which take minutes: `npm run test:long -- faults`.
itKeepsItsPromises({
  'is killed and started again': { begin: (provider) => provider.kill(), end: (provider) => provider.restart() },
  'answers with a page of HTML': answering('html'),
});
