import { appendFile, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Logger } from '@nestjs/common';
import type { AuthModuleOptions } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

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

const app = (options: Pick<AuthModuleOptions, 'resource'> = {}) =>
  appModule({
    auth: { schemes: { keys: { apiKeyConfig: { keys: { alice: ['list'], bob: [] } } } }, resourceAccessControl: { file }, ...options },
    controllers: [ThingsController],
  });

describe.each(ADAPTERS)('the rules of a file, on %s', (adapter) => {
  it('are in the metadata of the resource, as they are now', async () => {
    await replace(OPEN);
    const resource = { url: 'https://api.example.com', authorizationServers: ['https://id.example.com'] };
    await withApp(adapter, app({ resource }), async ({ url }) => {
      const scopes = async () => {
        const answer = await fetch(`${url}/.well-known/oauth-protected-resource`);
        return ((await answer.json()) as { readonly scopes_supported?: readonly string[] }).scopes_supported;
      };
      expect(await scopes()).toBeUndefined();
      await replace(SECURED);
      await eventually(async () => (await scopes())?.includes('list') === true);
    });
  });

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
  }, 60_000);
});

/** Both files let only callers with the scope "list" in; a cut one may ask for none, or open the path. */
const rules = (comment: string, scope: string) =>
  `# ${comment}\n[resource_access_control]\ndefault_access_allow = true\n\n[[resource.access_control]]\ncontext = "/things"\nsecured = true\nscopes = ["${scope}"]\n`;
const CUTS = [/\n\n/, /secured = true\n/, /"\/th/].map((place) => {
  const text = rules('new', 'other');
  const found = place.exec(text);
  return (found?.index ?? 0) + (found?.[0].length ?? 0);
});

/** The ways in which operators replace a file; `cut` is where those stop for a while that do not do it at once. */
const WAYS: Record<string, (text: string, cut: number) => Promise<void>> = {
  'truncated and written in pieces': async (text, cut) => {
    await truncate(file);
    await sleep(300);
    await inPieces(text, cut);
  },
  'deleted and made anew': async (text, cut) => {
    await rm(file);
    await sleep(1200);
    await inPieces(text, cut);
  },
  'moved to a backup and written anew': async (text, cut) => {
    await rename(file, `${file}~`);
    await inPieces(text, cut);
  },
  renamed: replace,
  'linked elsewhere': async (text) => {
    await writeFile(join(folder, 'turned.toml'), text);
    await symlink('turned.toml', `${file}.link`);
    await rename(`${file}.link`, file);
  },
};

async function inPieces(text: string, cut: number): Promise<void> {
  await appendFile(file, text.slice(0, cut));
  await sleep(2500);
  await appendFile(file, text.slice(cut));
}

describe.each(Object.keys(WAYS))('a file of rules that is %s under load', (way) => {
  it('never lets in whom both the old and the new one refuse, and is used in the end', async () => {
    await replace(rules('old', 'list'));
    await withApp('express', app(), async ({ url }) => {
      const ask = async (key: string) => (await fetch(`${url}/things`, { headers: { 'x-api-key': key } })).status;
      expect([await ask('bob'), await ask('alice')]).toEqual([403, 200]);
      const cut = CUTS[Object.keys(WAYS).indexOf(way) % CUTS.length] ?? 0;
      let isDone = false;
      const writing = WAYS[way]?.(rules('new', 'other'), cut).then(() => eventually(async () => (await ask('alice')) === 403));
      const done = writing?.finally(() => {
        isDone = true;
      });
      const answers = new Set<number>();
      while (!isDone) answers.add(await ask('bob'));
      await done;
      expect([...answers]).toEqual([403]);
    });
  }, 40_000);
});
