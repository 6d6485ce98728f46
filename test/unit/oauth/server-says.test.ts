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
  });

  it('has nothing of what was sent in confidence, and nothing that looks like a token', () => {
    const body = new URLSearchParams({ token: 'abc', client_id: 'me', client_secret: 'hunter2', scope: 'read' });
    const headers = new Headers({ authorization: `Basic ${Buffer.from('me:p%40ss').toString('base64')}` });
    const secrets = secretsOf(body, headers);
    const said = serverSays('me may not read abc, hunter2, p@ss, p%40ss, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.xyz', secrets);
    expect(said).toBe(', "me may not read …, …, …, …, …"');
  });
});
