import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** One line of an order. */
export class OrderItemDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  readonly category!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  readonly code!: string;

  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly qty!: number;
}

/** The fields of an order that can be changed. */
export class UpdateOrderDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  readonly name!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => OrderItemDto)
  readonly items!: OrderItemDto[];
}

/** A new order. */
export class CreateOrderDto extends UpdateOrderDto {
  @Matches(/^[\w-]{1,64}$/, { message: 'id must be 1 to 64 letters, digits, underscores or hyphens' })
  readonly id!: string;
}
