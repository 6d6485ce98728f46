import { EventEmitter, on } from 'node:events';
import { Controller, Get, Injectable } from '@nestjs/common';
import {
  Args,
  Directive,
  Field,
  GqlExecutionContext,
  ID,
  Int,
  InterfaceType,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import {
  type AdmissionEvent,
  AuthEventSink,
  type Authenticator,
  type Authorizer,
  type AuthRequest,
  type AuthStrategy,
  CurrentPrincipal,
  createPrincipal,
  type DenialEvent,
  type Enrichment,
  type Principal,
  type PrincipalEnricher,
  ResourceAuth,
} from 'nest-service-auth';

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    /** Takes the caller from the field `x-caller`, and counts how often it was asked. */
    countedConfig?: Record<string, never>;
  }
}

const seen = { asked: 0, enriched: 0, events: [] as unknown[] };

/** Waits, so that several fields ask while it works. */
@Injectable()
export class CountedStrategy implements AuthStrategy {
  readonly configKey = 'countedConfig';

  prepare(_: unknown, scheme: string): Authenticator {
    return {
      challenges: [{ scheme: 'Counted' }],
      credentials: [{ kind: 'header', name: 'x-caller' }],
      authenticate: async ({ headers }: AuthRequest) => {
        seen.asked++;
        await new Promise((resolve) => setImmediate(resolve));
        const username = headers['x-caller'];
        return typeof username === 'string'
          ? { outcome: 'accepted', principal: createPrincipal({ scheme, method: 'counted', username }) }
          : { outcome: 'absent' };
      },
    };
  }
}

@Injectable()
export class Sink extends AuthEventSink {
  denied({ transport, route, status }: DenialEvent): void {
    seen.events.push({ transport, route, status });
  }
  override admitted({ transport, route, username }: AdmissionEvent): void {
    seen.events.push({ transport, route, username });
  }
}

/** Waits, and does not know `stranger`. */
@Injectable()
export class CountedEnricher implements PrincipalEnricher {
  async enrich({ username }: Principal): Promise<Enrichment | undefined> {
    seen.enriched++;
    await new Promise((resolve) => setImmediate(resolve));
    return username === 'stranger' ? undefined : { roles: ['known'] };
  }
}

/** Looks at the parsed arguments. */
@Injectable()
export class SmallOnly implements Authorizer {
  authorize(_: Principal, context: Parameters<Authorizer['authorize']>[1]) {
    const { count, id } = GqlExecutionContext.create(context).getArgs<{ count?: number; id?: string }>();
    return (count ?? Number(id)) < 10;
  }
}

/** Says what was asked so far, and forgets it. */
@Controller('seen')
export class SeenController {
  @ResourceAuth({ auth: false })
  @Get()
  seen() {
    const before = { ...seen };
    Object.assign(seen, { asked: 0, enriched: 0, events: [] });
    return before;
  }
}

const placed = new EventEmitter();

async function* events(field: string) {
  for await (const [order] of on(placed, 'placed')) yield { [field]: order };
}

@InterfaceType('Item', { resolveType: () => 'Order' })
export abstract class Item {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  label?: string;
}

@ObjectType('Order', { implements: () => [Item] })
@Directive('@key(fields: "id")')
export class PlacedOrder extends Item {
  @Field(() => Int, { nullable: true })
  margin?: number;
  @Field(() => String, { nullable: true })
  note?: string;
  @Field(() => String, { nullable: true })
  seller?: string;
}

const ORDER = { id: '1', __typename: 'Order' };
const nameOf = (caller: Principal | undefined) => caller?.username ?? 'nobody';

@Resolver(() => PlacedOrder)
export class Orders {
  @ResourceAuth({ auth: ['sts', 'counted'] })
  @Query(() => [PlacedOrder])
  orders(@CurrentPrincipal() caller: Principal | undefined) {
    return [{ ...ORDER, id: nameOf(caller) }];
  }
  @ResourceAuth({ auth: false })
  @Query(() => [PlacedOrder])
  open(@CurrentPrincipal() caller: Principal | undefined) {
    return [{ ...ORDER, id: nameOf(caller) }];
  }
  @ResourceAuth({ auth: ['sts', 'counted', 'anonymous'] })
  @Query(() => String)
  me(@CurrentPrincipal() caller: Principal | undefined) {
    return nameOf(caller);
  }
  @ResourceAuth({ auth: ['users', 'cookies', 'certificates'] })
  @Query(() => String)
  ambient(@CurrentPrincipal() caller: Principal | undefined) {
    return nameOf(caller);
  }
  @ResourceAuth({ auth: ['down'] })
  @Query(() => String, { nullable: true })
  down() {
    return 'never';
  }
  @ResourceAuth({ auth: false })
  @Query(() => Item)
  item() {
    return ORDER;
  }
  @ResourceAuth({ auth: [{ scheme: 'sts', authorizers: [SmallOnly] }] })
  @Mutation(() => Int)
  place(@Args('count', { type: () => Int }) count: number) {
    placed.emit('placed', { ...ORDER, id: String(count) });
    return count;
  }
  @ResourceAuth({ auth: ['sts'] })
  @Subscription(() => PlacedOrder)
  placed(@CurrentPrincipal() _: Principal) {
    return events('placed');
  }
  @ResourceAuth({ auth: ['sts'] })
  @Subscription(() => PlacedOrder, { filter: () => true })
  filtered() {
    return events('filtered');
  }
  @ResourceAuth({ auth: ['sts', 'certificates'] })
  @Subscription(() => String)
  async *hello(@CurrentPrincipal() caller: Principal | undefined) {
    yield { hello: nameOf(caller) };
  }
  @ResourceAuth({ auth: false })
  @Subscription(() => PlacedOrder)
  anyPlaced() {
    return events('anyPlaced');
  }
  @ResourceAuth({ auth: ['sts', 'counted'] })
  @ResolveField(() => Int, { nullable: true })
  margin(@CurrentPrincipal() caller: Principal | undefined) {
    return nameOf(caller).length;
  }
  @ResolveField(() => String, { nullable: true })
  note(@CurrentPrincipal() caller: Principal | undefined) {
    return nameOf(caller);
  }
  @ResourceAuth({ auth: [{ scheme: 'sts', scopes: ['sellers'] }] })
  @ResolveField(() => String, { nullable: true })
  seller(@Parent() { id }: PlacedOrder) {
    return `seller of ${id}`;
  }
}

@Resolver(() => Item)
export class Items {
  @ResourceAuth({ auth: ['sts', 'counted'] })
  @ResolveField(() => String, { nullable: true })
  label(@CurrentPrincipal() caller: Principal | undefined) {
    return `label for ${nameOf(caller)}`;
  }
}

@Resolver(() => PlacedOrder)
export class References {
  @ResourceAuth({ auth: [{ scheme: 'sts', authorizers: [SmallOnly] }] })
  @ResolveReference()
  byReference(@Parent() reference: PlacedOrder, @CurrentPrincipal() caller: Principal | undefined) {
    return { ...reference, id: `${reference.id} for ${nameOf(caller)}` };
  }
}

/** The same schema, written first. */
export const SDL = `
  interface Item { id: ID!, label: String }
  type Order implements Item @key(fields: "id") { id: ID!, label: String, margin: Int, note: String, seller: String }
  type Query { orders: [Order!]!, open: [Order!]!, me: String!, ambient: String!, down: String, item: Item! }
  type Mutation { place(count: Int!): Int! }
  type Subscription { placed: Order!, filtered: Order!, hello: String!, anyPlaced: Order! }
`;
