import { createKey, mint } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from './setup.js';

const key = createKey('RS256');
const byKey = { signatureConfig: { publicKey: key.pem } };

it('reads tokens as the application says: one that is too long is not decoded', async () => {
  const token = await mint(key);
  const allowing = async (maxTokenLength: number) => prepare(byKey, Object.assign(new TestHost(), { maxTokenLength }));
  expect(await outcomeOf(await allowing(token.length), token)).toBe('accepted');
  expect(await outcomeOf(await allowing(token.length - 1), token)).toBe('too_long');
});

it('says whose access tokens it accepts, for the metadata of the resource', async () => {
  const issuer = ['https://a.example', 'https://b.example'];
  expect((await prepare({ issuer, ...byKey })).accessTokens).toEqual({ issuers: issuer });
  expect((await prepare(byKey)).accessTokens).toEqual({ issuers: [] });
});
