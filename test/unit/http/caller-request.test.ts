import { rememberRequest, requestOfCaller } from '../../../lib/http/caller-request.js';

it('the request that a caller was authenticated by is found by that caller alone', () => {
  const [caller, other] = [{ username: 'alice' }, { username: 'alice' }];
  const request = { headers: {}, rawHeaders: [] };
  rememberRequest(caller, request);
  expect(requestOfCaller(caller)).toBe(request);
  expect(requestOfCaller(other)).toBeUndefined();
});
