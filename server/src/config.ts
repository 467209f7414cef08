import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A setting that cannot be used; the message is for the operator and says what to do. */
export class ConfigError extends Error {}

export interface Config {
  readonly port: number
  readonly host: string
  /** Where Rapport keeps its own PostgreSQL and its secret. */
  readonly dataDir: string
  /** An external PostgreSQL instead of the embedded one. */
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  /** Signs session cookies. */
  readonly secret: string
  /** Address that people use; links in invitations start with it. */
  readonly publicUrl: string
  /** Trust X-Forwarded-* of a proxy in front. */
  readonly trustProxy: boolean
  readonly poolSize: number
  readonly statementTimeoutMs: number
  readonly logLevel: string
}

const POOL_SIZE_DEFAULT = 8
const STATEMENT_TIMEOUT_MS_DEFAULT = 15_000
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Reads the environment once into a frozen, checked object. Throws ConfigError with one clear sentence. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = integer(env, 'PORT', 3000, 0, 65_535)
  const dataDir = resolve(env.RAPPORT_DATA_DIR ?? 'data')
  const logLevel = env.LOG_LEVEL ?? 'info'
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new ConfigError(`LOG_LEVEL is "${logLevel}"; use one of ${LOG_LEVELS.join(', ')}.`)
  }
  return Object.freeze({
    port,
    host: env.HOST ?? '127.0.0.1',
    dataDir,
    databaseUrl: url(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: url(env, 'REDIS_URL', ['redis:', 'rediss:']),
    secret: env.RAPPORT_SECRET ?? keptSecret(dataDir),
    publicUrl: url(env, 'PUBLIC_URL', ['http:', 'https:']) ?? `http://localhost:${port}`,
    trustProxy: env.TRUST_PROXY === 'true',
    poolSize: integer(env, 'DATABASE_POOL_SIZE', POOL_SIZE_DEFAULT, 1, 200),
    statementTimeoutMs: integer(env, 'STATEMENT_TIMEOUT_MS', STATEMENT_TIMEOUT_MS_DEFAULT, 100, 600_000),
    logLevel,
  })
}

function integer(env: NodeJS.ProcessEnv, name: string, fallback: number, min: number, max: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`${name} is "${text}"; give a whole number from ${min} to ${max}.`)
  }
  return value
}

function url(env: NodeJS.ProcessEnv, name: string, protocols: string[]): string | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new ConfigError(`${name} is not an address that starts with ${protocols.join('// or ')}//.`)
  }
  return text
}

/** Without RAPPORT_SECRET a random one is made on the first start and kept beside the data. */
function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  try {
    if (existsSync(file)) return readFileSync(file, 'utf8').trim()
    mkdirSync(dataDir, { recursive: true })
    const secret = randomBytes(32).toString('base64url')
    writeFileSync(file, secret, { mode: 0o600 })
    return secret
  } catch (error) {
    throw new ConfigError(
      `The data directory ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}). Make it writable, or set RAPPORT_DATA_DIR to a place that is.`,
    )
  }
}
