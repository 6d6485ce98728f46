import type { Type } from '@nestjs/common';

/** A driver of @nestjs/graphql, of Apollo or Mercurius, and the adapter that it needs. @param https - Fastify's options for TLS */
export async function driverOf(
  name: string,
  isFederation: boolean,
  https?: object,
): Promise<{ readonly driver: Type; readonly adapter: never }> {
  if (name === 'Apollo') {
    const { ApolloDriver, ApolloFederationDriver } = await import('@nestjs/apollo');
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return { driver: isFederation ? ApolloFederationDriver : ApolloDriver, adapter: new ExpressAdapter() as never };
  }
  const { MercuriusDriver, MercuriusFederationDriver } = await import('@nestjs/mercurius');
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return {
    driver: (isFederation ? MercuriusFederationDriver : MercuriusDriver) as Type,
    adapter: new FastifyAdapter((https && { https }) as never) as never,
  };
}
