import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'
import type { Config } from '../config.ts'

/** Headers of answers with data: nothing may be loaded by them, and no other site may show or read them. */
const NEEDED_BY_DATA = [
  'cross-origin-resource-policy',
  'strict-transport-security',
  'x-content-type-options',
] as const

export interface SecurityHeaders {
  /** Of the web app and the API's documentation. */
  pages: Record<string, string>
  /** Of the API's answers. */
  data: Record<string, string>
}

/** Helmet's headers. They depend on nothing but the configuration, so they are worked out once and not for each answer. */
export function securityHeaders(config: Config): SecurityHeaders {
  const pages = headersOf({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Style attributes place the rows of long lists.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: config.publicUrl.startsWith('https:'),
  })
  const kept = NEEDED_BY_DATA.flatMap((name) => (pages[name] ? [[name, pages[name]]] : []))
  const data = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" }
  return { pages, data: { ...data, ...Object.fromEntries(kept) } }
}

type Options = Parameters<typeof helmet>[0]

function headersOf(options: Options): Record<string, string> {
  const headers: Record<string, string> = {}
  const recorder = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => {},
  }
  const request = {} as IncomingMessage // Helmet's headers depend on its options alone.
  const response = recorder as unknown as ServerResponse // Helmet only sets and removes headers.
  helmet(options)(request, response, (error) => {
    if (error) throw error
  })
  return headers
}
