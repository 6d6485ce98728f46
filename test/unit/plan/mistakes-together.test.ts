import { AuthConfigurationError } from 'nest-service-auth';
import { REQUIREMENT_FIELDS } from '../../../lib/requirements/every-requirement.js';
import { Known, planFor, Stranger, type Written } from './compiling.js';

const onResource = 'Orders.list (GET /orders) @ResourceAuth.auth';
const onService = 'Orders @ServiceAuth.auth';

describe('all mistakes are reported at once', () => {
  it.each<[string, Written, string[]]>([
    [
      'the entries of a list, in their order',
      { resource: ['stz', 'sts', { tokenConfig: { broken: true } }, undefined, { scheme: 'user' }] },
      [
        `${onResource}[0]: "stz" is not a known scheme. Did you mean "sts"?`,
        `${onResource}[2].tokenConfig.broken: must not be true`,
        `${onResource}[3]: must be the name of a scheme, { scheme }, { allOf } or an inline config.`,
        `${onResource}[4].scheme: "user" is not a known scheme. Did you mean "users"?`,
      ],
    ],
    [
      'the fields of an entry',
      { resource: [{ scheme: 'stz', scope: 'a', usersConfig: {}, scopes: 'a b', permissions: '' }] },
      [
        `${onResource}[0].scheme: "stz" is not a known scheme. Did you mean "sts"?`,
        `${onResource}[0].scope: is not a known field. Did you mean "scopes"?`,
        `${onResource}[0].usersConfig: cannot be combined with "scheme". An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.`,
        `${onResource}[0].scopes: "a b" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.`,
        `${onResource}[0].permissions: must not be empty`,
      ],
    ],
    [
      'a config and what stands beside it',
      { resource: [{ scope: 'a', tokenConfig: { broken: true }, authorizers: [Stranger, Known, Stranger] }] },
      [
        `${onResource}[0].scope: is not a known field. Did you mean "scopes"?`,
        `${onResource}[0].authorizers[0]: Stranger is not provided.`,
        `${onResource}[0].authorizers[2]: Stranger is not provided.`,
      ],
    ],
    [
      'the members of an allOf, and what is asked of all',
      { resource: [{ allOf: ['stz', { usersConfig: { broken: true }, scopes: [''] }], scopes: { any: ['a'], all: ['b'] } }, 'user'] },
      [
        `${onResource}[0].allOf[0]: "stz" is not a known scheme. Did you mean "sts"?`,
        `${onResource}[0].allOf[1].usersConfig.broken: must not be true`,
        `${onResource}[0].allOf[1].scopes[0]: must not be empty. Name a scope, or leave the field out to require none.`,
        `${onResource}[0].scopes: must be either { any: [...] } or { all: [...] }`,
        `${onResource}[1]: "user" is not a known scheme. Did you mean "users"?`,
      ],
    ],
    [
      'requirements alone',
      { resource: { scopes: 5, permissions: ['/a', '/a/../b'], groups: ['x'] }, service: ['sts'] },
      [
        `${onResource}.scopes: must be a scope, a list of scopes, { any: [...] } or { all: [...] }, not a number`,
        `${onResource}.permissions[1]: "/a/../b" has a segment of dots: write the permission that is meant.`,
        `${onResource}.groups: is not a known field. Known: ${REQUIREMENT_FIELDS.join(', ')}.`,
      ],
    ],
    [
      'the service and the resource, each mistake once',
      { service: ['stz', 'user'], resource: { scopes: '' } },
      [
        `${onService}[0]: "stz" is not a known scheme. Did you mean "sts"?`,
        `${onService}[1]: "user" is not a known scheme. Did you mean "users"?`,
        `${onResource}.scopes: must not be empty. Name a scope, or leave the field out to require none.`,
      ],
    ],
    [
      'a scheme and those who name it',
      { service: ['sts', 'stz'], schemes: { sts: { tokenConfig: { broken: true } } } },
      ['schemes.sts.tokenConfig.broken: must not be true', `${onService}[1]: "stz" is not a known scheme. Did you mean "sts"?`],
    ],
    [
      'a group and those who name it',
      { service: ['all', 'stz'], schemes: { sts: { tokenConfig: {} }, all: ['sts', 'user'] } },
      [
        'schemes.all[1]: "user" is not a known scheme. Known: sts, all.',
        `${onService}[1]: "stz" is not a known scheme. Did you mean "sts"?`,
      ],
    ],
    [
      'groups that contain themselves, by the circle alone',
      { resource: ['g'], schemes: { sts: { tokenConfig: {} }, g: ['sts', 'h'], h: ['sts', 'k'], k: ['sts', 'h'] } },
      [
        'schemes.k[1]: "h" contains itself: h -> k -> h. Remove it here.',
        'schemes.h[1]: "k" contains itself: k -> h -> k. Remove it here.',
      ],
    ],
    [
      'the fields of a scheme',
      { resource: ['sts'], schemes: { sts: { scopes: 'a', tokenConfig: {}, usersConfig: {} } } },
      [
        'schemes.sts.scopes: cannot be combined with "tokenConfig". Requirements belong where the scheme is used, not where it is declared.',
        'schemes.sts.usersConfig: cannot be combined with "tokenConfig". An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.',
      ],
    ],
  ])('%s', async (_, written, messages) => {
    await expect(planFor(written)).rejects.toThrow(new AuthConfigurationError(messages.join('\n')));
  });
});
