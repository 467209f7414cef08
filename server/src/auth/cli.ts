import { parseArgs } from 'node:util'
import { type Database, transaction } from '../db/database.ts'
import { resetByOperator } from './password-resets.ts'

const USAGE = 'Usage: rapport reset-password <email>'

/** `rapport reset-password`: prints a link with which the person chooses a new password. Returns the exit code. */
export async function resetPasswordCommand(db: Database, publicUrl: string, args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, strict: false })
  const [email, ...rest] = positionals
  if (email === undefined || rest.length > 0) {
    console.error(USAGE)
    return 1
  }
  const reset = await transaction(db, (tx) => resetByOperator(tx, email, publicUrl))
  if (!reset) {
    console.error(`Nobody signs in with ${email}. Nothing was changed.`)
    return 1
  }
  console.log(`${reset.email} can choose a new password once, within 24 hours, at\n${reset.url}`)
  console.log('That ends all their sessions. Hand it over in a way that you trust.')
  return 0
}
