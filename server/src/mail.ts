import type { Config } from './config.ts'

export interface Letter {
  to: string
  subject: string
  text: string
}

export type SendMail = (letter: Letter) => Promise<void>

const TIMEOUT_MS = 10_000

/** Sends plain mail by the server at SMTP_URL; undefined without one. The library is loaded when it is first needed. */
export function mailer({ smtpUrl, mailFrom }: Config): SendMail | undefined {
  if (!smtpUrl) return undefined
  const transport = async () => {
    const { createTransport } = await import('nodemailer')
    const timeouts = {
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    }
    return createTransport({ url: smtpUrl, ...timeouts }, { from: mailFrom })
  }
  let opened: ReturnType<typeof transport> | undefined
  return async (letter) => {
    opened ??= transport()
    await (await opened).sendMail(letter)
  }
}
