import { AuthUnavailableError } from '../../../../lib/errors.js';
import { OwnCredentialsRefusedError, readAnswer, UnusableAnswerError } from '../../../../lib/strategies/oauth2-introspection/answer.js';

const response = (body: unknown, { status = 200, type = 'application/json' }: { status?: number; type?: string } = {}) => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

const asked = () => ({ where: 'https://idp.example/introspect', secrets: ['hunter2'] });

function failure(...args: Parameters<typeof response>): unknown {
  try {
    return readAnswer(response(...args), asked);
  } catch (error) {
    return error;
  }
}

describe('an introspection answer', () => {
  it('is read when it is a 200 with JSON and a boolean "active"', () => {
    expect(readAnswer(response({ active: false, scope: 'read' }), asked)).toEqual({ active: false });
    expect(readAnswer(response({ active: true, scope: 'read' }), asked)).toEqual({ active: true, claims: { active: true, scope: 'read' } });
  });

  it.each(['application/json;charset=UTF-8', 'Application/JSON', 'application/vnd.example+json'])('may be of type %s', (type) => {
    expect(readAnswer(response({ active: true }, { type }), asked).active).toBe(true);
  });

  it.each([
    ['active as a string', '{"active":"true"}', 'has no boolean "active"'],
    ['active as the string "false"', '{"active":"false"}', 'has no boolean "active"'],
    ['active as a number', '{"active":1}', 'has no boolean "active"'],
    ['no active', '{"scope":"read"}', 'has no boolean "active"'],
    ['null', 'null', 'is not a JSON object'],
    ['an array', '[{"active":true}]', 'is not a JSON object'],
    ['a bare true', 'true', 'is not a JSON object'],
    ['nothing', '', 'is not valid JSON'],
    ['half an object', '{"active":true', 'is not valid JSON'],
    [
      'octets that are not UTF-8',
      Buffer.concat([Buffer.from('{"active":true,"sub":"'), Buffer.from([0xff]), Buffer.from('"}')]).toString('latin1'),
      'is not valid JSON',
    ],
  ])('says nothing with %s', (name, body, message) => {
    const octets = name.startsWith('octets') ? Buffer.from(body, 'latin1') : Buffer.from(body);
    expect(() => readAnswer({ ...response(''), body: octets }, asked)).toThrow(
      new UnusableAnswerError(`The introspection answer ${message}.`),
    );
  });

  it.each(['text/html', 'text/html; x=application/json', 'text/plain', 'application/jsonp', 'application/token-introspection+jwt', ''])(
    'says nothing as %p',
    (type) => {
      expect(failure({ active: true }, { type })).toBeInstanceOf(UnusableAnswerError);
    },
  );

  it.each([201, 204, 302, 400, 403, 404, 500])('says nothing with status %d', (status) => {
    expect(failure({ active: true }, { status })).toBeInstanceOf(UnusableAnswerError);
  });

  it.each([429, 502, 503, 504])('is a sign of an outage with status %d, whatever the token', (status) => {
    const error = failure({ active: true }, { status });
    expect(error).toBeInstanceOf(AuthUnavailableError);
    expect(error).not.toBeInstanceOf(UnusableAnswerError);
  });

  it('tells that our own credentials are refused', () => {
    expect(failure({ active: true }, { status: 401 })).toBeInstanceOf(OwnCredentialsRefusedError);
  });

  it.each(['invalid_client', 'unauthorized_client'])('tells the same with the code %s and another status', (code) => {
    expect(failure({ error: code }, { status: 400 })).toBeInstanceOf(OwnCredentialsRefusedError);
  });

  it('is named by its code, if that is a plain word', () => {
    expect(failure({ error: 'invalid_request' }, { status: 400 })).toMatchObject({
      message: expect.stringContaining('400, invalid_request'),
    });
    for (const body of [{ error: 'two\nlines' }, { error: 7 }, '<html>', 'null'])
      expect(failure(body, { status: 400 })).toMatchObject({ message: expect.stringContaining('(400)') });
  });

  it('is reported with the address of the endpoint and the words of the server, without a secret', () => {
    const body = { error: 'invalid_request', error_description: 'hunter2 is wrong' };
    const message = String(failure(body, { status: 400 }));
    expect(message).toContain('The introspection endpoint https://idp.example/introspect does not answer with 200 (400, invalid_request');
    expect(message).toContain('is wrong');
    expect(message).not.toContain('hunter2');
    expect(String(failure(body, { status: 401 }))).toContain('https://idp.example/introspect refuses the credentials of this application');
  });

  it('is never quoted in an error', () => {
    const error = failure('{"active":true,"email":"alice@example.com"') as Error;
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain('alice');
  });
});
