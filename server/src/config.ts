import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'

/** A setting that cannot be used; the message is for the operator and says what to do. */
export class ConfigError extends Error {}

export interface Config {
  readonly port: number
  readonly host: string
  /** Where Rapport keeps its own PostgreSQL and its secret. */
  readonly dataDir: string
  /** Where uploaded files lie, if not in the database; all processes have to reach it. */
  readonly uploadsDir: string | undefined
  /** An external PostgreSQL instead of the embedded one. */
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  /** Signs session cookies. */
  readonly secret: string
  /** Address that people use; links in invitations start with it. */
  readonly publicUrl: string
  /** How many proxies stand in front, or their addresses and networks: theirs alone is what X-Forwarded-* says. */
  readonly trustProxy: false | number | string[]
  /** Names besides that of publicUrl under which Rapport answers. */
  readonly allowedHosts: readonly string[]
  /** Where mail is handed over; without it none is sent. */
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly poolSize: number
  /** Processes that work at background jobs beside this one. */
  readonly workers: number
  readonly statementTimeoutMs: number
  readonly logLevel: string
  readonly without: ReadonlySet<Technique>
}

/**
 * What can be left out with RAPPORT_WITHOUT to see what it is worth: `npm run bench without` does so one at a time. The
 * answers stay the same. Nobody else needs it.
 */
export const techniques = ['shared-connections', 'page-json', 'waypoints', 'cache'] as const
export type Technique = (typeof techniques)[number]

const POOL_SIZE_DEFAULT = 8
const STATEMENT_TIMEOUT_MS_DEFAULT = 15_000
const PROXIES_MAX = 10
/** As many as an HMAC with SHA-256 is worth. */
const SECRET_BYTES_MIN = 32
/** Fewer different characters are no secret, however often they are repeated. */
const SECRET_CHARACTERS_MIN = 8
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Reads the environment once into a frozen, checked object. Throws ConfigError with one clear sentence. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = integer(env, 'PORT', 3000, 0, 65_535)
  const dataDir = resolve(env.RAPPORT_DATA_DIR ?? 'data')
  const publicUrl = url(env, 'PUBLIC_URL', ['http:', 'https:']) ?? `http://localhost:${port}`
  const logLevel = env.LOG_LEVEL ?? 'info'
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new ConfigError(`LOG_LEVEL is "${logLevel}"; use one of ${LOG_LEVELS.join(', ')}.`)
  }
  return Object.freeze({
    port,
    host: env.HOST ?? '127.0.0.1',
    dataDir,
    uploadsDir: env.UPLOADS_DIR ? resolve(env.UPLOADS_DIR) : undefined,
    databaseUrl: url(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: url(env, 'REDIS_URL', ['redis:', 'rediss:']),
    secret: env.RAPPORT_SECRET === undefined ? keptSecret(dataDir) : givenSecret(env.RAPPORT_SECRET),
    publicUrl,
    trustProxy: proxies(env.TRUST_PROXY),
    allowedHosts: words(env.ALLOWED_HOSTS).map((name) => name.toLowerCase()),
    smtpUrl: url(env, 'SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: env.MAIL_FROM ?? `Rapport <rapport@${new URL(publicUrl).hostname}>`,
    poolSize: integer(env, 'DATABASE_POOL_SIZE', POOL_SIZE_DEFAULT, 1, 200),
    workers: integer(env, 'WORKERS', 1, 0, 16),
    statementTimeoutMs: integer(env, 'STATEMENT_TIMEOUT_MS', STATEMENT_TIMEOUT_MS_DEFAULT, 100, 600_000),
    logLevel,
    without: new Set(words(env.RAPPORT_WITHOUT).map(technique)),
  })
}

function technique(name: string): Technique {
  const known = techniques.find((each) => each === name)
  if (known) return known
  throw new ConfigError(`RAPPORT_WITHOUT knows no "${name}"; it takes some of ${techniques.join(', ')}.`)
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

function words(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/**
 * "1" for one proxy, or "10.0.0.7, 172.16.0.0/12". Not "true": whoever trusts everybody's X-Forwarded-For is told any
 * address by the client itself.
 */
function proxies(text: string | undefined): false | number | string[] {
  const given = words(text)
  const [first] = given
  if (first === undefined || first === '0' || first === 'false') return false
  const count = Number(first)
  if (given.length === 1 && Number.isInteger(count) && count > 0 && count <= PROXIES_MAX) return count
  const wrong = given.find((address) => !isNetwork(address))
  if (wrong === undefined) return given
  throw new ConfigError(
    `TRUST_PROXY is "${text}"; give the number of proxies in front of Rapport (mostly 1), or their addresses and networks, e.g. 10.0.0.0/8.`,
  )
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const length = isIP(address) === 6 ? 128 : 32
  const bitsFit = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= length)
  return isIP(address) !== 0 && bitsFit && rest.length === 0
}

function givenSecret(secret: string): string {
  if (Buffer.byteLength(secret) >= SECRET_BYTES_MIN && new Set(secret).size >= SECRET_CHARACTERS_MIN)
    return secret
  throw new ConfigError(
    `RAPPORT_SECRET is too weak to sign sessions with; give at least ${SECRET_BYTES_MIN} random characters (openssl rand -base64 32), or leave it out and one is made and kept.`,
  )
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
