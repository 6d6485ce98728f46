import fc from 'fast-check';
import type { AuthRequest } from 'nest-service-auth';
import { ApiKeyStrategy } from '../../lib/strategies/api-key/api-key.strategy.js';
import { makeKey, makeTablesFile } from '../support/api-keys-file.js';
import { bearer } from '../support/tokens.js';
import { basic } from '../support/users-file.js';
import { fieldText, keepsTheContract, NOTHING, withAuthorization } from './strategy-contract.js';

const withKey = (key: string): AuthRequest => ({ headers: { 'x-api-key': key }, rawHeaders: ['X-Api-Key', key] });

keepsTheContract(
  'apiKeyStoreConfig',
  async (host) => {
    const billing = makeKey('billing', 'client = "billing-service"', 'scopes = ["read"]');
    const file = await makeTablesFile(billing.table);
    const secret = billing.key.slice('billing.'.length);
    const nearly = fc
      .constantFrom('billing', 'nobody', '__proto__', '')
      .chain((id) => fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => `${id}.${Buffer.from(octets).toString('base64url')}`));
    return {
      strategy: new ApiKeyStrategy(host),
      config: { path: file.path },
      method: 'apiKey',
      good: () => withKey(billing.key),
      without: [NOTHING, bearer('x'), withAuthorization(basic('a', 'b')), withAuthorization(`ApiKey ${billing.key}`)],
      bad: fc.oneof(fieldText(), nearly, fc.constant(secret), fc.constant(`nobody.${secret}`)).map(withKey),
      secrets: [billing.key, secret],
      close: () => file.remove(),
    };
  },
  { asks: 'nobody' },
);
