import { aboutScheme, noteIgnored, noteUnverified } from '../../../lib/operator/notes.js';

const notesOf = (write: (warn: (line: string) => void) => void): string[] => {
  const lines: string[] = [];
  write((line) => void lines.push(line));
  return lines;
};

describe('a note', () => {
  it.each([
    ['sts', 'jwtValidatorConfig', 'sts (jwtValidatorConfig): is doubtful'],
    ['jwtValidatorConfig', 'jwtValidatorConfig', 'jwtValidatorConfig: is doubtful'],
  ])(
    'about the scheme %s begins with its name and its config key, and with the key alone where it has no other name',
    (name, key, line) => {
      expect(notesOf((warn) => aboutScheme(name, key, warn)('is doubtful'))).toEqual([line]);
    },
  );

  it('names all fields without effect, and is not written where there are none', () => {
    expect(notesOf((warn) => noteIgnored(['cacheConfig.evictionFactor', 'auth'], warn))).toEqual([
      'Accepted and ignored: cacheConfig.evictionFactor, auth.',
    ]);
    expect(notesOf((warn) => noteIgnored([], warn))).toEqual([]);
  });

  it.each([[undefined], [{}], [{ disable: false }], [{ disable: undefined }]])('about a certificate is not written with %p', (socket) => {
    expect(notesOf((warn) => noteUnverified('the directory', socket, warn))).toEqual([]);
  });

  it('about a certificate that is not verified names the server, the field and the risk', () => {
    const socket = { disable: true };
    const place = 'is not verified (secureSocket.disable): anyone on the network path can';
    expect(notesOf((warn) => noteUnverified('the directory', socket, warn))).toEqual([
      `The certificate of the directory ${place} pose as it.`,
    ]);
    expect(notesOf((warn) => noteUnverified('the key set’s server', socket, warn, 'forge tokens'))).toEqual([
      `The certificate of the key set’s server ${place} forge tokens.`,
    ]);
  });
});
