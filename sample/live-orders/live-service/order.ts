import type { Type } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Type as Nested } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsInt, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';

/** A number of pieces of one item. */
@InputType('ItemInput')
@ObjectType()
export class Item {
  @IsString()
  @MaxLength(64)
  @Field()
  readonly category!: string;

  @IsString()
  @MaxLength(64)
  @Field()
  readonly code!: string;

  @IsInt()
  @Min(1)
  @Max(10_000)
  @Field(() => Int)
  readonly qty!: number;
}

/** What a client orders. */
@InputType()
export class NewOrder {
  @Matches(/^[\w-]{1,64}$/)
  @Field(() => ID)
  readonly id!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Nested(() => Item)
  @Field(() => [Item])
  readonly items!: Item[];
}

/** An order. */
@ObjectType()
export class Order {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => [Item])
  readonly items!: readonly Item[];

  @Field()
  readonly placedBy!: string;

  /** `booked`, or why not. */
  @Field()
  readonly status!: string;
}

/** Checks an order that a client sent. A mistake becomes the exception of the transport. */
export function checked(Exception: Type<Error>): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    exceptionFactory: ([error]) => new Exception(`The order has a wrong '${error?.property}'.`),
  });
}
