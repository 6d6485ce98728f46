import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, ValidationPipe } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';
import { UserDto } from './user.dto.js';
import { type User, Users } from './users.js';

/** The directory. The controller declares nothing about access: the rules of the file decide. */
@Controller('api/identity/users')
export class UsersController {
  constructor(private readonly users: Users) {}

  @Get()
  list(): User[] {
    return this.users.all();
  }

  @Get('me')
  me(@CurrentPrincipal() { username, method, permissions, scopes }: Principal) {
    return { username, knownBy: method, permissions, scopes };
  }

  @Get(':id')
  find(@Param('id') id: string): User {
    return this.users.find(id);
  }

  @Post()
  add(@Body(new ValidationPipe({ transform: true, whitelist: true })) { id, name }: UserDto): User {
    return this.users.add({ id, name });
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  remove(@Param('id') id: string): void {
    this.users.remove(id);
  }
}
