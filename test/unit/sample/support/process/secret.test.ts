import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretFrom } from '../../../../../sample/support/process/secret.js';

const folder = mkdtempSync(join(tmpdir(), 'deployment-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, 'secret');
  writeFileSync(file, text);
  return file;
}

describe('a secret of the environment', () => {
  it.each([
    ['as it is', 'open sesame'],
    ['without the end of its line', 'open sesame\n'],
    ['without the end of its line, as Windows writes one', 'open sesame\r\n'],
  ])('is read from a file, %s', (_, text) => {
    expect(secretFrom({ DOOR_FILE: fileOf(text) }, 'DOOR', 'default')).toBe('open sesame');
  });

  it('is the variable itself where no file is named, and the default where there is neither', () => {
    expect(secretFrom({ DOOR: 'open sesame' }, 'DOOR', 'default')).toBe('open sesame');
    expect(secretFrom({}, 'DOOR', 'default')).toBe('default');
  });

  it('is never the default where a file is named that cannot be read, or has nothing in it', () => {
    expect(() => secretFrom({ DOOR_FILE: join(folder, 'nowhere') }, 'DOOR', 'default')).toThrow('ENOENT');
    expect(() => secretFrom({ DOOR_FILE: fileOf('\n') }, 'DOOR', 'default')).toThrow('The file of DOOR_FILE is empty');
  });

  it('is given once', () => {
    expect(() => secretFrom({ DOOR: 'a', DOOR_FILE: fileOf('b') }, 'DOOR', 'default')).toThrow('DOOR and DOOR_FILE are both set');
  });
});
