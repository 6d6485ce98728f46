import { audiencesOf, metadataPathOf, metadataUrlOf } from '../../../lib/http/resource-identifier.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

it.each([
  ['https://api.example.com', WELL_KNOWN],
  ['https://api.example.com/', WELL_KNOWN],
  ['https://api.example.com/mcp', `${WELL_KNOWN}/mcp`],
  ['https://api.example.com:8443/a/b', `${WELL_KNOWN}/a/b`],
])('the metadata of %s are at %s', (resource, path) => {
  expect(metadataPathOf(resource)).toBe(path);
  expect(metadataUrlOf(resource)).toBe(`${new URL(resource).origin}${path}`);
});

it.each([
  ['https://api.example.com', ['https://api.example.com', 'https://api.example.com/']],
  ['https://api.example.com/', ['https://api.example.com/', 'https://api.example.com']],
  ['https://API.example.com', ['https://API.example.com', 'https://api.example.com', 'https://api.example.com/']],
  ['https://api.example.com/mcp', ['https://api.example.com/mcp']],
  ['https://api.example.com/mcp/', ['https://api.example.com/mcp/']],
])('tokens for %s name it as one of %j, and as nothing else', (resource, audiences) => {
  expect(audiencesOf(resource)).toEqual(audiences);
});
