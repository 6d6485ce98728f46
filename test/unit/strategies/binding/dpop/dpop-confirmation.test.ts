import { confirmByProof } from '../../../../../lib/strategies/binding/dpop/dpop-confirmation.js';
import { dpopRequest } from '../../../../support/proofs.js';

const settings = { mode: 'accepted', maxAge: 60, nonce: false, algorithms: ['ES256'] } as const;
const cnf = { jkt: 'thumbprint' };

describe('the proof of a bound token', () => {
  const asked: unknown[] = [];
  const confirm = confirmByProof({ check: (bound) => void asked.push(bound) }, settings);
  beforeEach(() => {
    asked.length = 0;
  });

  it('is looked at for the token that stands in the Authorization field', () => {
    expect(confirm(cnf, 'abc', dpopRequest('abc', []))).toBeUndefined();
    expect(asked).toEqual([{ token: 'abc', thumbprint: 'thumbprint' }]);
  });

  it.each([
    ['another token', dpopRequest('other', [])],
    ['a longer token', dpopRequest('abcd', [])],
    ['another scheme', dpopRequest('abc', [], { scheme: 'Bearer' })],
    ['nothing', { headers: {}, rawHeaders: [] }],
  ])('is not enough where the field has %s', (_, request) => {
    expect(confirm(cnf, 'abc', request)).toMatchObject({ reason: 'dpop_scheme_missing' });
    expect(asked).toEqual([]);
  });

  it.each([7, null, ['thumbprint'], {}])('cannot be checked where the thumbprint is %j', (jkt) => {
    expect(confirm({ jkt }, 'abc', dpopRequest('abc', []))).toMatchObject({ reason: 'unsupported_confirmation' });
    expect(asked).toEqual([]);
  });
});
