import { type FastifyServerOptions, LogController } from 'fastify'
import type { Config } from '../config.ts'

/** An error of the database as pg gives it. */
interface DatabaseFailure extends Error {
  code?: string
  constraint?: string
  table?: string
  routine?: string
}

/** Errors of these classes repeat what was typed: "invalid input syntax for type integer: …", "Key (email)=(…)". */
const REPEATS_VALUES = /^2[23]/

/**
 * The log, for operators: no addresses with tokens or searches in them, no cookies, no values of statements. A request
 * is named by its route.
 */
export function logOptions({ logLevel }: Config): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  const serializers = {
    req: ({ method, routeOptions }: { method: string; routeOptions?: { url?: string } }) => ({
      method,
      route: routeOptions?.url ?? 'none',
    }),
    err: (error: DatabaseFailure) => loggedError(error),
  }
  return {
    logger: logLevel === 'silent' ? false : { level: logLevel, serializers },
    logController: new LogController({ disableRequestLogging: logLevel !== 'debug' }),
  }
}

/** Of an error what an operator needs; its details, which are people's data, are left out. */
export function loggedError(error: DatabaseFailure) {
  const { name, message, stack, code, constraint, table, routine, cause } = error
  const hidden = REPEATS_VALUES.test(code ?? '')
  return {
    type: name,
    message: hidden ? 'a value was refused by the database' : message,
    stack: (hidden ? stack?.split('\n').slice(1).join('\n') : stack) ?? '',
    code,
    constraint,
    table,
    routine,
    ...(cause instanceof Error && { cause: cause.message }),
  }
}
