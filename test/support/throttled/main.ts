// A program of its own: @nestjs/throttler is CommonJS, and Jest cannot load the ES modules that it requires.
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { AuthModule, type Principal, ServiceAuth } from 'nest-service-auth';

interface CallerRequest {
  readonly user?: Principal;
  readonly ip: string;
}

/** Counts for each caller, or for each address where nobody is known. */
@Injectable()
class CallerThrottlerGuard extends ThrottlerGuard {
  protected override async getTracker({ user, ip }: CallerRequest): Promise<string> {
    return user === undefined ? `address ${ip}` : `caller ${JSON.stringify([user.scheme, user.username])}`;
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller('accounts')
class AccountController {
  @Get() mine() {
    return 'mine';
  }
}

const [adapter, by, secret = ''] = process.argv.slice(2);

@Module({
  imports: [
    ThrottlerModule.forRoot([{ ttl: 60_000, limit: 2 }]),
    AuthModule.forRoot({
      guardOrder: 'first',
      guardsBefore: by === 'address' ? [ThrottlerGuard] : [],
      schemes: { sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret } } } },
    }),
  ],
  controllers: [AccountController],
  providers: [{ provide: APP_GUARD, useClass: by === 'address' ? ThrottlerGuard : CallerThrottlerGuard }],
})
class AppModule {}

process.once('disconnect', () => process.exit());
const app = await NestFactory.create(AppModule, adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter(), {
  logger: ['warn', 'error'],
});
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
