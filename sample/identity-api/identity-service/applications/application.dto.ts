import { IsString, Length } from 'class-validator';

/** The fields of an application that can be changed. */
export class ApplicationDto {
  @IsString()
  @Length(1, 100)
  readonly name!: string;
}
