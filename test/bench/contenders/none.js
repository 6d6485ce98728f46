/** Nothing protects the route. @type {import('./contender.js').Contender} */
export const noGuard = { name: 'no guard', algorithms: [], protect: () => ({}) };

class EmptyGuard {
  canActivate() {
    return true;
  }
}

/** What every guard costs, whatever it does. @type {import('./contender.js').Contender} */
export const emptyGuard = {
  name: 'empty guard',
  algorithms: [],
  protect: () => ({ providers: [EmptyGuard], guard: EmptyGuard }),
};
