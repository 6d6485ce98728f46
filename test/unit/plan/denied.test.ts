import { compilerFor, inWords } from './compiling.js';

describe('the plan that refuses everybody', () => {
  it('is a denial where there is no scheme', async () => {
    expect(await compilerFor({}).compileDenied('default access')).toEqual({ kind: 'denied', source: 'default access' });
  });

  it('asks every scheme, so that the unknown get 401, and admits the callers of none', async () => {
    const plan = await compilerFor().compileDenied('default access');
    expect(inWords(plan)).toBe('default access: sts | users');
    const steps = plan.kind === 'protected' ? plan.steps : [];
    expect(steps.map(({ requirements }) => requirements.forbidden)).toEqual(['no_access_rule', 'no_access_rule']);
  });
});
