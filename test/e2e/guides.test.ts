import { mistakesIn } from '../support/guide.js';
import { GUIDES } from '../support/guides.js';

it('has code in each guide', () => {
  expect(Object.values(GUIDES).map((sources) => 'app.module.ts' in sources || 'src/app.module.ts' in sources)).not.toContain(false);
});

it('compiles the code of each guide', () => {
  expect(mistakesIn(GUIDES)).toEqual([]);
}, 180_000);

it('finds a mistake in such code', () => {
  expect(mistakesIn({ wrong: { 'a.ts': "import { ServiceAuth } from 'nest-service-auth';\nServiceAuth({ auth: 5 });" } })).toHaveLength(1);
}, 180_000);
