import { createKey } from '../../../support/tokens.js';
import { prepareAsItIs } from './setup.js';

const key = createKey('ES256');

describe('what cannot be discovered', () => {
  const signatureConfig = { jwks: { keys: [key.jwk] } };
  const template = 'https://login.example/{tid}/v2.0';
  const audience = 'orders';
  const mistakes: readonly [string, object, string][] = [
    ['without an audience', { issuer: 'https://idp.example' }, 'audience: is required where the keys of the issuer are discovered'],
    ['without an issuer', { audience }, 'signatureConfig: is required'],
    ['with an issuer that is not checked', { issuer: null, audience }, 'signatureConfig: is required'],
    ['an issuer that is no URL', { issuer: 'accounts.google.com', audience }, 'and "accounts.google.com" is not'],
    ['an issuer that has a URL within', { issuer: 'urn:https://idp.example', audience }, 'signatureConfig: is required'],
    [
      'one of a list that is no URL',
      { issuer: ['https://a.example', 'b'], audience },
      'signatureConfig: is required: give one of jwksConfig',
    ],
    ['an issuer on another machine by http:', { issuer: 'http://idp.example', audience }, 'issuer: "http://idp.example" uses http:'],
    ['an issuer with a query', { issuer: 'https://idp.example/?a=b', audience }, 'must not have a query'],
    ['tenants that are not listed', { issuer: { template }, audience }, 'issuer.allowed: is required: list the values'],
    ['every tenant', { issuer: { template, allowed: '*' }, audience }, 'issuer.allowed: is "*"'],
    [
      'beside signatureConfig',
      { issuer: 'https://idp.example', audience, signatureConfig, discoveryConfig: {} },
      'discoveryConfig: has no effect',
    ],
    [
      'a list from one document',
      { issuer: ['https://a.example', 'https://b.example'], audience, discoveryConfig: { url: 'https://c.example' } },
      'discoveryConfig.url: names one document',
    ],
    [
      'a document by http:',
      { issuer: 'https://a.example', audience, discoveryConfig: { url: 'http://c.example' } },
      'discoveryConfig.url: uses http:',
    ],
    [
      'an unknown field',
      { issuer: 'https://a.example', audience, discoveryConfig: { uri: 'x' } },
      'discoveryConfig.uri: is not a known field',
    ],
  ];

  it.each(mistakes)('stops the boot: %s', async (_, config, message) => {
    await expect(prepareAsItIs(config)).rejects.toMatchObject({
      code: 'ERR_AUTH_CONFIGURATION',
      message: expect.stringContaining(message),
    });
  });
});
