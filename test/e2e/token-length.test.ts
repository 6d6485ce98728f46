import { Controller, Get } from '@nestjs/common';
import { ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

@ServiceAuth({ auth: ['session'] })
@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return 'orders';
  }
}

describe.each(ADAPTERS)('the length of a token, on %s', (adapter) => {
  const key = createKey('ES256');
  const jwtValidatorConfig = { signatureConfig: { jwks: { keys: [key.jwk] } }, tokenFrom: [{ header: 'authorization' }, { cookie: 't' }] };

  const answers = async (maxTokenLength: number | undefined, groups: number) => {
    const token = await mint(key, goodClaims({ groups: 'g'.repeat(groups) }));
    const auth = {
      schemes: { session: { jwtValidatorConfig } },
      ...(maxTokenLength !== undefined && { maxTokenLength }),
    };
    const { app, url } = await startApp(adapter, appModule({ auth, controllers: [OrdersController] }));
    const inHeader = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } });
    const inCookie = await fetch(`${url}/orders`, { headers: { cookie: `t=${token}` } });
    await app.close();
    return [inHeader.status, inCookie.status];
  };

  it('is bounded, in every source, and a longer one is a bad token', async () => {
    expect(await answers(undefined, 7000)).toEqual([200, 200]);
    expect(await answers(8000, 7000)).toEqual([401, 401]);
    expect(await answers(20_000, 7000)).toEqual([200, 200]);
  });
});
