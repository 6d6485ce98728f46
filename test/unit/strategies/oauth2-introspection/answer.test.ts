import { AuthUnavailableError } from '../../../../lib/errors.js';
import { OwnCredentialsRefusedError, readAnswer, UnusableAnswerError } from '../../../../lib/strategies/oauth2-introspection/answer.js';

const response = (body: unknown, { status = 200, type = 'application/json' }: { status?: number; type?: string } = {}) => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

function failure(...args: Parameters<typeof response>): unknown {
  try {
    return readAnswer(response(...args));
  } catch (error) {
    return error;
  }
}

describe('an introspection answer', () => {
  it('is read when it is a 200 with JSON and a boolean "active"', () => {
    expect(readAnswer(response({ active: false, scope: 'read' }))).toEqual({ active: false });
    expect(readAnswer(response({ active: true, scope: 'read' }))).toEqual({ active: true, claims: { active: true, scope: 'read' } });
  });

  it.each(['application/json;charset=UTF-8', 'Application/JSON', 'application/vnd.example+json'])('may be of type %s', (type) => {
    expect(readAnswer(response({ active: true }, { type })).active).toBe(true);
  });

  it.each([
    ['active as a string', '{"active":"true"}'],
    ['active as the string "false"', '{"active":"false"}'],
    ['active as a number', '{"active":1}'],
    ['no active', '{"scope":"read"}'],
    ['null', 'null'],
    ['an array', '[{"active":true}]'],
    ['a bare true', 'true'],
    ['nothing', ''],
    ['half an object', '{"active":true'],
    [
      'octets that are not UTF-8',
      Buffer.concat([Buffer.from('{"active":true,"sub":"'), Buffer.from([0xff]), Buffer.from('"}')]).toString('latin1'),
    ],
  ])('says nothing with %s', (name, body) => {
    const octets = name.startsWith('octets') ? Buffer.from(body, 'latin1') : Buffer.from(body);
    expect(() => readAnswer({ ...response(''), body: octets })).toThrow(UnusableAnswerError);
  });

  it.each(['text/html', 'text/plain', 'application/jsonp', 'application/token-introspection+jwt', ''])('says nothing as %p', (type) => {
    expect(failure({ active: true }, { type })).toBeInstanceOf(UnusableAnswerError);
  });

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
    expect(failure({ error: 'two\nlines' }, { status: 400 })).toMatchObject({ message: expect.stringContaining('(400)') });
  });

  it('is never quoted in an error', () => {
    const error = failure('{"active":true,"email":"alice@example.com"') as Error;
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain('alice');
  });
});
