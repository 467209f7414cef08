import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { Problem } from '../errors.ts'

/**
 * The hook that answers only to names of this installation. A page of another site can make its own name lead to this
 * machine (DNS rebinding) and then counts as of the same origin; an address in figures cannot be made to.
 */
export function hostCheck({ publicUrl, allowedHosts }: Config) {
  const names = new Set([new URL(publicUrl).hostname, 'localhost', ...allowedHosts])
  return async (request: FastifyRequest): Promise<void> => {
    const name = request.hostname.replace(/^\[|\]$/g, '').toLowerCase()
    // Programs that speak HTTP/1.0 name no host; no browser is one.
    if (name === '' || names.has(name) || name.endsWith('.localhost') || isIP(name) !== 0) return
    throw new Problem(
      421,
      'unknown-host',
      'Not this host',
      'Rapport does not answer under this name. Nothing was done. If the name is right, PUBLIC_URL of the server has to be its address, or ALLOWED_HOSTS has to list it.',
    )
  }
}
