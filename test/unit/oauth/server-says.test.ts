import { secretsOf, serverSays } from '../../../lib/oauth/server-says.js';

describe('the explanation of a server', () => {
  it('is repeated in one line, in quotes', () => {
    expect(serverSays('The client is "unknown"\nor locked\u202e', [])).toBe(`, "The client is 'unknown'\\u000aor locked\\u202e"`);
  });

  it.each([undefined, null, 7, {}, '', '  '])('is left out where it is no text: %p', (description) => {
    expect(serverSays(description, [])).toBe('');
  });

  it('is shortened', () => {
    expect(serverSays('a '.repeat(5000), []).length).toBeLessThan(210);
    expect(serverSays('a '.repeat(100), [])).toBe(`, "${'a '.repeat(100)}"`);
  });

  it('has nothing of what was sent in confidence, and nothing that looks like a token', () => {
    const body = new URLSearchParams({ token: 'abc', client_id: 'me', client_secret: 'hunter2', scope: 'read' });
    const headers = new Headers({ authorization: `Basic ${Buffer.from('me:p%40ss').toString('base64')}` });
    const secrets = secretsOf(body, headers);
    const said = serverSays('me may not read abc, hunter2, p@ss, p%40ss, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.xyz', secrets);
    expect(said).toBe(', "me may not read …, …, …, …, …"');
  });

  it('has no rest of a secret that begins with another one', () => {
    expect(serverSays('not abcdef', ['abc', 'abcdef'])).toBe(', "not …"');
  });

  it('keeps words that stand in a credential of another scheme than Basic', () => {
    const secrets = secretsOf(new URLSearchParams(), new Headers({ authorization: `Bearer ${btoa('a:word')}` }));
    expect(serverSays('The word is wrong', secrets)).toBe(', "The word is wrong"');
  });
});
