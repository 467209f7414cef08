import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'

let app: TestApp
before(async () => {
  app = await startTestApp({ PUBLIC_URL: 'https://crm.example.com', ALLOWED_HOSTS: 'crm.internal' })
})
after(() => app.close())

/** fetch() does not let a Host be set. */
async function statusUnder(host: string, path: string): Promise<number> {
  const sent = httpRequest(`${app.url}${path}`, { headers: { host, origin: `http://${host}` } })
  sent.end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}

describe('Rapport answers', () => {
  for (const host of [
    'crm.example.com',
    'crm.internal:3000',
    'localhost:3000',
    'app.localhost',
    '127.0.0.1',
    '192.168.1.5:3000',
    '[::1]:3000',
    'CRM.Example.com',
  ]) {
    test(`under ${host}`, async () => assert.equal(await statusUnder(host, '/api/setup'), 200))
  }
  for (const host of [
    'evil.example',
    'crm.example.com.evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ]) {
    for (const path of ['/api/setup', '/', '/health/live']) {
      test(`not under ${host} at ${path}`, async () => assert.equal(await statusUnder(host, path), 421))
    }
  }
})
