import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Expectation, Step } from '../../../demo/demo.js';
import { step } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import { GATEWAY } from '../sts/clients.js';
import { TOKEN_EXCHANGE } from '../sts/grants/token-exchange.js';
import { AUDIENCES, ISSUER } from '../sts/resources.js';
import type { Addresses } from './addresses.js';

/** The name of the guide's key, which the forged token gives. */
const KEY_ID = 'NTAxZmMxNDMyZDg3MTU1ZGM0MzEzODJhZWI4NDNlZDU1OGFkNjFiMQ';

const REFUSED: Expectation = { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="api", error="invalid_token"' }, body: '' };
const NO_CONNECTION: Expectation = { status: 'handshake failed' };

/** A token with the content of a valid one, signed with another key. */
export function strangersToken(): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new SignJWT({ scope: 'add_order update_order cancel_order' })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCES.orders)
    .setSubject('admin')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}

/** Each service refuses tokens that the STS has not issued, and tokens for another service. The tokens are `$STRANGER`, `$ADMIN` and `$ALICE`. */
export function strangerSteps(addresses: Addresses, settings: Settings): Step[] {
  return [...atTheGateway(addresses), ...atTheSts(addresses, settings), ...atTheServices(addresses, settings)];
}

function atTheGateway({ gateway }: Addresses): Step[] {
  const cancel = (title: string, bearer: string) => step(`The gateway: ${title}`, `${gateway}/1`, { method: 'DELETE', bearer }, REFUSED);
  return [
    cancel('a text that is not a token', 'hello'),
    cancel('a token with the right content, signed with another key', '$STRANGER'),
    cancel("the guide's token, which the STS has issued for the order service", '$ADMIN'),
  ];
}

function atTheSts({ token, introspection }: Addresses, { gatewaySecret }: Settings): Step[] {
  const ask = { method: 'POST', headers: {}, user: `${GATEWAY}:${gatewaySecret}` };
  return [
    {
      ...ask,
      title: 'The STS: introspection of the forged token',
      url: introspection,
      form: { token: '$STRANGER' },
      expect: { status: 200, body: { active: false } },
    },
    {
      ...ask,
      title: 'The STS: exchange of the forged token',
      url: token,
      form: {
        grant_type: TOKEN_EXCHANGE,
        subject_token: '$STRANGER',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      },
      expect: { status: 400, bodyHas: { error: 'invalid_grant' } },
    },
  ];
}

function atTheServices({ orders, inventory }: Addresses, { certificates }: Settings): Step[] {
  const change = { method: 'PUT', json: [{ category: 'books', code: '978-1617295959', qty: 1 }] };
  const certificate = certificates.strange.keys['order-service'];
  return [
    step('The order service: the forged token', `${orders}/1`, { method: 'DELETE', bearer: '$STRANGER' }, REFUSED),
    step("The order service: Alice's token, which is for the gateway", `${orders}/1`, { method: 'DELETE', bearer: '$ALICE' }, REFUSED),
    step('The inventory service: a token, and no certificate', inventory, { ...change, bearer: '$ADMIN' }, NO_CONNECTION),
    step(
      "The inventory service: a certificate with the order service's name, of another CA",
      inventory,
      { ...change, certificate },
      NO_CONNECTION,
    ),
  ];
}
