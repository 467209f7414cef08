import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** What stands in a link that is a key. Only its hash is kept. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
