import { hasSeveralAuthorizations } from '../../../../lib/http/authorization.js';
import { as, callerOf } from '../../../../lib/testing/as.js';
import { subscriptionRequest } from '../../../../lib/transport/graphql/subscription-request.js';

const upgradeOf = (...rawHeaders: string[]) => ({ method: 'GET', url: '/graphql', headers: {}, rawHeaders });

describe('the request of a subscription', () => {
  it('has the header fields of the upgrade as they came, whatever was written to the headers since', () => {
    const upgrade = { ...upgradeOf('Cookie', 'a=1', 'cookie', 'b=2', 'X-A', '1', 'x-a', '2'), headers: { 'x-forwarded-for': '10.0.0.1' } };
    const { headers } = subscriptionRequest(upgrade, { 'x-forwarded-for': '10.0.0.1', headers: { authorization: 'Bearer x' } });
    expect({ ...headers }).toEqual({ cookie: 'a=1; b=2', 'x-a': '1, 2' });
  });

  it.each(['authorization', 'Authorization'])('has connectionParams.%s', (name) => {
    expect(subscriptionRequest(upgradeOf(), { [name]: 'Bearer x' }).headers.authorization).toBe('Bearer x');
  });

  it('has two credentials where they differ, and one where they are the same', () => {
    const upgrade = upgradeOf('Authorization', 'Bearer x');
    expect(hasSeveralAuthorizations(subscriptionRequest(upgrade, { authorization: 'Bearer y' }))).toBe(true);
    expect(hasSeveralAuthorizations(subscriptionRequest(upgrade, { authorization: 'Bearer x' }))).toBe(false);
    expect(hasSeveralAuthorizations(subscriptionRequest(upgradeOf(), { authorization: 'Bearer x', Authorization: 'Bearer y' }))).toBe(true);
  });

  it.each([[['Bearer', 'x']], [{}], [7], [true]])('has credentials that cannot be read where they are %p', (authorization) => {
    expect(subscriptionRequest(upgradeOf(), { authorization }).headers.authorization).toBe('');
  });

  it.each([undefined, null, 'text', 7])('has none where connectionParams are %p', (given) => {
    expect(subscriptionRequest(upgradeOf(), given).headers.authorization).toBeUndefined();
  });

  it('has the caller of a test', () => {
    expect(callerOf(subscriptionRequest(upgradeOf(), as({ username: 'carol' })))).toEqual({ username: 'carol' });
  });
});
