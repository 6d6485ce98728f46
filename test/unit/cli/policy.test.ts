import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { policy } from '../../../lib/cli/policy.js';
import { comparePolicies } from '../../../lib/cli/policy-diff.js';
import { runCommand } from '../../../lib/cli/run-command.js';
import type { PolicyEntry } from '../../../lib/plan/policy.js';

const entryOf = (name: string) => relative('.', fileURLToPath(new URL(`./policy-apps/${name}.js`, import.meta.url)));
const ORDERS = entryOf('orders');

async function run(...args: string[]) {
  const output = new PassThrough();
  const notes = new PassThrough();
  const code = await runCommand({ policy }, ['policy', ...args], { input: Readable.from([]), output, notes });
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, output: read(output), notes: read(notes) };
}

let folder: string;
let kept: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
  kept = join(folder, 'policy.json');
});
afterAll(() => rm(folder, { recursive: true }));

describe('policy', () => {
  it('prints a table of what every route demands, and nothing else', async () => {
    const { code, output } = await run(ORDERS);
    expect(code).toBe(0);
    expect(`\n${output}`).toMatchInlineSnapshot(`
"
METHOD  PATH                  WHO GETS IN                                                       SOURCE    HANDLER
GET     /api/order            sts                                                               service   OrderController.list
POST    /api/order            sts (any scope of add_order, admin)                               resource  OrderController.create
DELETE  /api/order/:id        sts (scopes admin, audit; permissions /orders/remove) or other    resource  OrderController.remove
GET     /api/order/ping|pong  open                                                              resource  OrderController.ping
GET     /users/:id            sts (permissions /users/view) or other (permissions /users/view)  rule 1    UserController.view
          for some values     sts                                                               rule 0
"
`);
  });

  it('prints Markdown', async () => {
    expect(`\n${(await run(ORDERS, '--format', 'markdown')).output}`).toMatchInlineSnapshot(`
"
| Method | Path | Who gets in | Source | Handler |
| --- | --- | --- | --- | --- |
| GET | /api/order | sts | service | OrderController.list |
| POST | /api/order | sts (any scope of add\\_order, admin) | resource | OrderController.create |
| DELETE | /api/order/:id | sts (scopes admin, audit; permissions /orders/remove) or other | resource | OrderController.remove |
| GET | /api/order/ping\\|pong | open | resource | OrderController.ping |
| GET | /users/:id | sts (permissions /users/view) or other (permissions /users/view) | rule 1 | UserController.view |
|  | for some values | sts | rule 0 |  |
"
`);
  });

  it('prints JSON', async () => {
    const { output } = await run(ORDERS, '--format=json');
    expect(JSON.parse(output)).toContainEqual({
      method: 'GET',
      path: '/users/:id',
      handler: 'UserController.view',
      access: 'protected',
      source: 'rule 1',
      waysIn: [
        { scheme: 'sts', permissions: ['/users/view'] },
        { scheme: 'other', permissions: ['/users/view'] },
      ],
      exceptions: [{ access: 'protected', source: 'rule 0', waysIn: [{ scheme: 'sts' }] }],
    });
  });

  it('takes a module class, too', async () => {
    const { code, output } = await run(entryOf('module-only'));
    expect(code).toBe(0);
    expect(output).toMatch(/^POST +\/order +sts \(any scope of add_order, admin\) +resource +OrderController\.create$/m);
  });

  it('keeps a policy, and finds it unchanged', async () => {
    expect(await run(ORDERS, '--write', kept)).toMatchObject({ code: 0, output: '' });
    expect(await readFile(kept, 'utf8')).toBe((await run(ORDERS, '--format', 'json')).output);
    const { code, notes } = await run(ORDERS, '--check', kept);
    expect(code).toBe(0);
    expect(notes).toContain(`The policy is the one in ${kept}: 5 routes.`);
  });

  it('fails where the policy changed, and says how', async () => {
    const [first, ...rest] = JSON.parse((await run(ORDERS, '--format', 'json')).output) as PolicyEntry[];
    const other = join(folder, 'other.json');
    await writeFile(other, JSON.stringify([{ ...first, access: 'open', source: 'service', waysIn: [] }, ...rest.slice(1)]));
    const { code, output, notes } = await run(ORDERS, '--check', other);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(notes).toContain(
      [
        `The policy is not the one in ${other}:`,
        '',
        '~ GET /api/order  OrderController.list',
        '  - open  (service)',
        '  + sts  (service)',
        '+ POST /api/order  OrderController.create',
        '    sts (any scope of add_order, admin)  (resource)',
        '',
        `If this is meant: nest-service-auth policy ${ORDERS} --write ${other}`,
      ].join('\n'),
    );
  });

  describe('as a page', () => {
    const sectionOf = (page: string, id: string) => page.slice(page.indexOf(`<h2 id="${id}">`)).split('</table>')[0] ?? '';

    it('lists the routes by who gets in', async () => {
      const { code, output } = await run(ORDERS, '--html');
      expect(code).toBe(0);
      expect(output).toMatch(/^<!doctype html>/);
      expect(sectionOf(output, 'open')).toContain('<code>/api/order/ping|pong</code>');
      expect(sectionOf(output, 'authenticated')).toContain('OrderController.list');
      expect(sectionOf(output, 'requirements')).toContain('<td>sts (any scope of add_order, admin)</td>');
      expect(output).toContain('<a href="#open">Open</a>: 1 route<');
    });

    it('puts a route where the most open of its decisions belongs', async () => {
      const view = sectionOf((await run(ORDERS, '--html')).output, 'authenticated');
      expect(view).toContain('UserController.view');
      expect(view).toContain('<td>for some values</td><td>sts</td><td>rule 0</td>');
    });

    it.each([['--html=%'], ['--html', '%']])('is written to a file: %j %j', async (...args) => {
      const page = join(folder, 'page.html');
      const { code, output } = await run(ORDERS, ...args.map((arg) => arg.replace('%', page)));
      expect({ code, output }).toEqual({ code: 0, output: '' });
      expect(await readFile(page, 'utf8')).toBe((await run('--html', ORDERS)).output);
      await rm(page);
    });

    it('shows the differences to a kept policy, and fails as without it', async () => {
      const [first, , ...rest] = JSON.parse((await run(ORDERS, '--format', 'json')).output) as PolicyEntry[];
      const gone = { ...first, path: '/gone', handler: '<script>alert(1)</script>', source: '"&\u202e' };
      const other = join(folder, 'page-other.json');
      await writeFile(other, JSON.stringify([{ ...first, access: 'open', waysIn: [] }, gone, ...rest]));
      const { code, output } = await run(ORDERS, '--html', '--check', other);
      expect(code).toBe(1);
      const differences = sectionOf(output, 'differences');
      expect(differences).toContain('<tr class="new"><td class="mark">new</td><td><code>POST /api/order  OrderController.create</code>');
      expect(differences).toContain('<del>open  (service)</del><ins>sts  (service)</ins>');
      expect(differences).toContain(
        '<tr class="gone"><td class="mark">gone</td><td><code>GET /gone  &lt;script&gt;alert(1)&lt;/script&gt;</code>',
      );
      expect(differences).toContain('<del>sts  (&quot;&amp;\\u202e)</del>');
      expect(sectionOf(output, 'authenticated')).toContain('<tr class="changed"><td>GET</td><td><code>/api/order</code>');
    });

    it('runs no script, loads nothing, and says so where nothing changed', async () => {
      await run(ORDERS, '--write', kept);
      const { code, output } = await run(ORDERS, '--check', kept, '--html');
      expect(code).toBe(0);
      expect(sectionOf(output, 'differences')).toContain('<p class="empty">None.</p>');
      expect(output).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
      expect(output).not.toMatch(/<script|<link|src="|href="[^#]|url\(/);
    });

    it('is no format', async () => {
      expect(await run(ORDERS, '--html', '--format', 'json')).toMatchObject({ code: 2, notes: expect.stringContaining('one of them') });
    });
  });

  it.each([
    ['no entry', [], 2, /Which application\? policy <entry\.js>/],
    ['two entries', ['a.js', 'b.js'], 2, /One entry at a time: b\.js is too much/],
    ['an option that is not known', [ORDERS, '--chek', 'x'], 2, /--chek is not an option\. Did you mean "check"\?/],
    ['a format that is not known', [ORDERS, '--format', 'yaml'], 2, /--format: yaml is not known\. Known: table, json, markdown\./],
    ['an option without its value', [ORDERS, '--check'], 2, /--check needs a value/],
    ['both at once', [ORDERS, '--check', 'x', '--write', 'x'], 2, /one of them/],
    ['a file that is not there', ['dist/none.js'], 2, /dist\/none\.js is not there/],
    ['TypeScript', ['src/app.module.ts'], 2, /is TypeScript\. Build it/],
    ['a file without an application', [entryOf('nothing')], 2, /exports main, other\. It must export createApp\(\)/],
    ['an application that listens', [entryOf('listening')], 2, /listens\. Call listen\(\) where it is called/],
    [
      'an application without the module',
      [entryOf('without-auth')],
      1,
      /without-auth\.js has no AuthModule, so it has no policy\. Import AuthModule\.forRoot\(\{ schemes \}\) in its root module\./,
    ],
    [
      'an application that declares something, without the module',
      [entryOf('forgotten')],
      1,
      /nothing enforces the @ServiceAuth and @ResourceAuth declarations of LedgerController\. Import AuthModule\.forRoot/,
    ],
    ['an application that imports the module without forRoot()', [entryOf('bare-import')], 1, /AuthModule is imported without forRoot\(\)/],
    [
      'an application of another copy of the package',
      [entryOf('other-copy')],
      1,
      /uses another copy of nest-service-auth than this command/,
    ],
    [
      'an application that does not boot',
      [entryOf('uncovered')],
      1,
      /1 route is not covered by any declaration:\n {4}BareController\.list/,
    ],
    [
      'a policy that was never written',
      [ORDERS, '--check', 'none.json'],
      1,
      /^--check: cannot read the file "none\.json" \(from .*\): there is no such file\.\nWrite it with: nest-service-auth policy/m,
    ],
    ['a policy that is not JSON', [ORDERS, '--check', ORDERS], 1, /is not JSON/],
    ['a policy that is none', [ORDERS, '--check', 'package.json'], 1, /package\.json is not a policy/],
  ])('refuses %s', async (_, args, code, message) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code, output: '' });
    expect(result.notes).toMatch(message);
  });
});

describe('the comparison of policies', () => {
  const entry: PolicyEntry = { method: 'GET', path: '/a', handler: 'A.a', access: 'open', source: 'resource', waysIn: [] };

  it.each<[string, PolicyEntry[], PolicyEntry[], string[]]>([
    ['nothing, where the order differs only', [entry, { ...entry, path: '/b' }], [{ ...entry, path: '/b' }, entry], []],
    ['a route that is gone', [entry], [], ['- GET /a  A.a', '    open  (resource)']],
    ['another source', [entry], [{ ...entry, source: 'service' }], ['~ GET /a  A.a', '  - open  (resource)', '  + open  (service)']],
    [
      'one of two versions',
      [entry, entry],
      [entry, { ...entry, access: 'denied' }],
      ['~ GET /a  A.a #2', '  - open  (resource)', '  + denied  (resource)'],
    ],
    [
      'a new exception',
      [entry],
      [{ ...entry, exceptions: [{ access: 'denied', source: 'rule 0', waysIn: [] }] }],
      ['~ GET /a  A.a', '  - open  (resource)', '  + open  (resource)', '  + for some values: denied  (rule 0)'],
    ],
  ])('reports %s', (_, before, now, expected) => {
    expect(comparePolicies(before, now)).toEqual(expected);
  });
});
