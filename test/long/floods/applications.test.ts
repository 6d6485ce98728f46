import { removeDependentProgram } from '../../support/faults/dependent-app.js';
import type { Footprint, ManyAppsTrial } from '../../support/faults/many-apps.js';
import { removeProviderProgram, startProvider } from '../../support/faults/provider-process.js';
import { ReplacedFiles, versionOf } from '../../support/faults/replaced-files.js';
import { forkedProgram } from '../../support/forked-program.js';
import { createKey, mint } from '../../support/tokens.js';
import { basic } from '../../support/users-file.js';

const COUNT = 200;
const MEBIBYTE = 2 ** 20;

it('two hundred applications that are made, asked and closed in one process leave nothing', async () => {
  const program = forkedProgram<ManyAppsTrial, { readonly found: readonly Footprint[] }>('test/support/faults/many-apps.ts');
  const key = createKey('ES256');
  const provider = await startProvider([key.jwk]);
  const version = versionOf(0);
  const files = await ReplacedFiles.create(version.texts);
  try {
    const bearer = `Bearer ${await mint(key, { iss: provider.url, sub: 'alice', exp: Math.floor(Date.now() / 1000) + 36_000 })}`;
    const { told } = await program.start({
      count: COUNT,
      provider: provider.url,
      service: provider.url,
      files: { rules: files.path('rules.toml'), users: files.path('users.toml'), apiKeys: files.path('keys.toml') },
      authorizations: { keys: bearer, found: bearer, asked: 'Bearer good', users: basic('alice', version.password), out: '' },
    });
    console.log(told.found.map(({ applications, heap, resources }) => `${applications}: ${Math.round(heap / MEBIBYTE)} MiB, ${resources}`));
    const [first, ...others] = told.found as [Footprint, ...Footprint[]];
    for (const { heap, resources, statuses } of others) {
      expect(resources).toEqual(first.resources);
      expect(heap - first.heap).toBeLessThan(8 * MEBIBYTE);
      expect(statuses).toEqual([200]);
    }
  } finally {
    await Promise.all([provider.kill(), files.remove()]);
    await Promise.all([program.remove(), removeDependentProgram(), removeProviderProgram()]);
  }
}, 1_200_000);
