import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(process.cwd(), 'lib', 'strategies');
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('in lib/strategies/', () => {
  it.each(['jws/verify.ts', 'api-key/api-keys.ts', 'basic/password/scrypt.ts', 'basic/password/stored-password.ts'])(
    '%s compares a secret in constant time',
    (path) => {
      expect(textOf(path)).toContain('timingSafeEqual(');
    },
  );

  it('no HMAC, digest, password or secret is compared in another way', () => {
    const compared =
      /(?:digest|hmac|mac|expected|password|secret|signature)\b(?:\(\))? *(?:===?|!==?)(?!=| *(?:undefined|null|true|false|'|\d))/i;
    expect(compared.test('if (digest === other) {')).toBe(true);
    const places = files.flatMap((path) =>
      textOf(path)
        .split('\n')
        .filter((line) => compared.test(line) || /\b(?:digest|expected|hmac)\.equals\(/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(places).toEqual([]);
  });
});
