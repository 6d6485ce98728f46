import { IsInt, IsString, Max, Min } from 'class-validator';

/** A number of pieces of one item. */
export class StockItemDto {
  @IsString()
  readonly category!: string;

  @IsString()
  readonly code!: string;

  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly qty!: number;
}
