import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance } from 'fastify'
import { toProblem } from '../errors.ts'
import { receiveUpload, uploadLimits } from './upload.ts'

const FILE_BYTES_MAX = 1_000

const mapping = JSON.stringify({
  name: 'test',
  files: [
    {
      file: 'people.csv',
      records: [{ object: 'customers', external_id: 'id', fields: { last_name: 'name' } }],
    },
  ],
})

describe('an upload', () => {
  let app: FastifyInstance
  let url: string
  const kept = new Map<number, string>()

  before(async () => {
    app = Fastify()
    app.setErrorHandler((error, _request, reply) => {
      const { status, message } = toProblem(error)
      return reply.code(status).send(message)
    })
    // The real limit is too large to be reached in a test.
    await app.register(multipart, {
      limits: { ...uploadLimits, fileSize: FILE_BYTES_MAX },
      throwFileSizeLimit: true,
    })
    app.post('/', async (request) => {
      kept.clear()
      await receiveUpload(request, async (number, content) => {
        let text = ''
        for await (const chunk of content) text += chunk
        kept.set(number, text)
      })
      return kept.get(0)
    })
    url = await app.listen({ port: 0, host: '127.0.0.1' })
  })
  after(() => app.close())

  async function send(content: string, filename = 'people.csv'): Promise<{ status: number; text: string }> {
    const form = new FormData()
    form.append('mapping', mapping)
    form.append('file', new Blob([content]), filename)
    const response = await fetch(url, { method: 'POST', body: form })
    return { status: response.status, text: await response.text() }
  }

  test('arrives as it was sent', async () => {
    assert.deepEqual(await send('id,name\n1,Zoë\n'), { status: 200, text: 'id,name\n1,Zoë\n' })
  })

  test('over the limit is refused with 413', async () => {
    const { status, text } = await send('x'.repeat(200 * FILE_BYTES_MAX))
    assert.equal(status, 413)
    assert.match(text, /larger than an import takes\. Nothing was imported/)
  })

  test('is kept by its number, whatever it is called', async () => {
    const { status } = await send('id,name\n', '../../people.csv')
    assert.ok(status === 200 || status === 400)
    assert.ok([...kept.keys()].every((number) => number === 0))
  })
})
