import { IsString, Length } from 'class-validator';

/** What can be changed of an application. */
export class ApplicationDto {
  @IsString()
  @Length(1, 100)
  readonly name!: string;
}
