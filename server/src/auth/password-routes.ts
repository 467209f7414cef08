import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { transaction } from '../db/database.ts'
import { conflict } from '../errors.ts'
import { implement } from '../http/implement.ts'
import { mailer } from '../mail.ts'
import { readReset, resetByMail, useReset } from './password-resets.ts'
import { passwordRoutes } from './schema.ts'
import type { Sessions } from './sessions.ts'

/** Mails on their way; who asks meanwhile asks again later. */
const MAILS_AT_ONCE_MAX = 10

/** For people who have forgotten their password. What an admin does for them is among the routes of members. */
export function registerPasswords(app: FastifyInstance, deps: AppContext, sessions: Sessions): void {
  const { db } = deps
  const sendLink = linkMailer(app, deps)
  implement(app, passwordRoutes, {
    'POST /api/auth/forgot-password': async ({ body: { email } }) => {
      if (!sendLink) {
        throw conflict(
          'no-mail',
          'This installation sends no mail. Ask an admin of your workspace for a link, or whoever runs the server.',
        )
      }
      // Not waited for: how long it takes would tell whether somebody signs in with this address.
      void sendLink(email)
      return undefined
    },
    'GET /api/password-resets/:token': async ({ params }) => {
      const { email } = await readReset(db, params.token)
      return { email }
    },
    'POST /api/password-resets/:token': async ({ params, body, http }) => {
      const userId = await transaction(db, (tx) => useReset(tx, params.token, body.password))
      sessions.forgetAll()
      http.log.warn({ userId }, 'a password was changed by a link')
      return undefined
    },
  })
}

function linkMailer(app: FastifyInstance, { db, config }: AppContext) {
  const send = mailer(config)
  if (!send) return undefined
  let underWay = 0
  return async (email: string): Promise<void> => {
    if (underWay >= MAILS_AT_ONCE_MAX) return
    underWay++
    try {
      const reset = await transaction(db, (tx) => resetByMail(tx, email, config.publicUrl))
      if (reset) await send(letterOf(reset.email, reset.url))
    } catch (error) {
      // The server's answer, which is the message, repeats the address.
      const { code, responseCode } = error as { code?: string; responseCode?: number } // Of nodemailer or pg.
      app.log.error({ code, responseCode }, 'a link for a forgotten password could not be mailed')
    } finally {
      underWay--
    }
  }
}

function letterOf(to: string, url: string) {
  return {
    to,
    subject: 'Choose a new password for Rapport',
    text: `Somebody, hopefully you, has asked for a new password for ${to}.\n\n${url}\n\nThe link works once, for one hour. If it was not you, do nothing: your password stays as it is.\n`,
  }
}
