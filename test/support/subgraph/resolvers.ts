import { Directive, Field, ID, ObjectType, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

@ObjectType('Book')
@Directive('@key(fields: "id")')
class Book {
  @Field(() => ID)
  id = '1';
  @Field(() => Number, { nullable: true })
  price?: number;
  @Field(() => String, { nullable: true })
  note?: string;
}

/** What every resolver has that is tried here: an open query. */
@Resolver(() => Book)
class Books {
  @ResourceAuth({ auth: false })
  @Query(() => [Book])
  books(@CurrentPrincipal() caller: Principal | undefined) {
    return [{ id: caller?.username ?? 'nobody', price: 1, note: 'n' }];
  }
}

@Resolver(() => Book)
class SilentReference extends Books {
  @ResolveReference()
  byReference({ id }: Book) {
    return { id, price: 12 };
  }
}

@Resolver({ isAbstract: true })
abstract class BaseOfBooks extends Books {
  @ResolveReference()
  byReference({ id }: Book) {
    return { id, price: 12 };
  }
}

@Resolver(() => Book)
class InheritedReference extends BaseOfBooks {}

/** The name alone makes it one. */
@Resolver(() => Book)
class NamedReference extends Books {
  @ResolveField()
  __resolveReference({ id }: Book) {
    return { id, price: 12 };
  }
}

@Resolver(() => Book)
class OpenReference extends Books {
  @ResourceAuth({ auth: false })
  @ResolveReference()
  byReference({ id }: Book) {
    return { id, price: 12 };
  }
  @ResolveField(() => String)
  note() {
    return 'covered by what reaches it';
  }
}

@ServiceAuth({ auth: false })
@Resolver(() => Book)
class OpenResolver extends Books {
  @ResolveReference()
  byReference({ id }: Book) {
    return { id, price: 12 };
  }
}

@Resolver(() => Book)
class ProtectedReference extends Books {
  @ResourceAuth({ auth: ['keys'] })
  @ResolveReference()
  byReference({ id }: Book) {
    return { id, price: 12 };
  }
}

/** The caller's own words become the entity, and its fields are asked for. */
@Resolver(() => Book)
class FieldOfEntity extends Books {
  @ResolveField(() => Number)
  price(@Parent() { id }: Book) {
    return id === '5' ? 5 : 1;
  }
}

/** The resolvers that are tried, one in each application. */
export const RESOLVERS = {
  Books,
  SilentReference,
  InheritedReference,
  NamedReference,
  OpenReference,
  OpenResolver,
  ProtectedReference,
  FieldOfEntity,
};
