import { IsString, Length, Matches } from 'class-validator';

/** A user to add to the directory. */
export class UserDto {
  @Matches(/^[a-z][a-z0-9-]{0,30}$/)
  readonly id!: string;

  @IsString()
  @Length(1, 100)
  readonly name!: string;
}
