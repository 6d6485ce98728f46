import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Logger } from '@nestjs/common';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';

@Controller('things')
class ThingsController {
  @Get()
  list() {
    return 'things';
  }
}

const OPEN = '[[resource.access_control]]\ncontext = "/things"\nsecure = false\n';
const SECURED = '[[resource.access_control]]\ncontext = "/things"\nsecured = true\nscopes = ["list"]\n';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rules-'));
  file = join(folder, 'deployment.toml');
});
afterEach(() => rm(folder, { recursive: true }));

/** In one go, as deployments do: nobody sees half of it. */
async function replace(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  // As long as commands take: the file is renamed later than it was written, by the clock of the file system.
  await sleep(20);
  await rename(`${file}.new`, file);
}

async function eventually(happens: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await happens()); ) {
    if (Date.now() > end) throw new Error('It did not happen.');
    await sleep(50);
  }
}

const app = () =>
  appModule({
    auth: { schemes: { keys: { apiKeyConfig: { keys: { alice: ['list'], bob: [] } } } }, resourceAccessControl: { file } },
    controllers: [ThingsController],
  });

describe.each(ADAPTERS)('the rules of a file, on %s', (adapter) => {
  it('are read again when it changes; a broken file leaves the last good ones', async () => {
    const warnings: string[] = [];
    await replace(OPEN);
    const logger = { log: () => undefined, error: () => undefined, warn: (message: string) => void warnings.push(message) };
    const status = async (url: string, key?: string) =>
      (await fetch(`${url}/things`, { headers: key === undefined ? {} : { 'x-api-key': key } })).status;
    await withApp(
      adapter,
      app(),
      async ({ url }) => {
        expect(await status(url)).toBe(200);

        await replace(SECURED);
        await eventually(async () => (await status(url)) === 401);
        expect([await status(url, 'bob'), await status(url, 'alice')]).toEqual([403, 200]);

        await replace(SECURED.replace('secured', 'secures'));
        await eventually(() => warnings.some((line) => line.includes('cannot be used')));
        expect(warnings.join('\n')).toContain('line 1, resource.access_control[0].secures: is not a known field. Did you mean "secure"?');
        expect(await status(url)).toBe(401);

        await rm(file);
        await eventually(() => warnings.some((line) => line.includes('there is no such file')));
        expect(await status(url)).toBe(401);

        await replace(`${OPEN}${SECURED}`);
        await eventually(async () => (await status(url)) === 200);
        expect(warnings.join('\n')).toContain('resource.access_control[1] (/things) never decides');
      },
      { logger },
    );
    Logger.overrideLogger(false);
  });
});
