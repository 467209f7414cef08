import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { canDecode, decoded, isUtf8 } from './encodings.ts'

async function inPieces(content: Buffer, size: number, given?: string): Promise<string> {
  const pieces = Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
    content.subarray(index * size, (index + 1) * size),
  )
  const texts: string[] = []
  for await (const text of decoded(Readable.from(pieces), given, () => {})) texts.push(text)
  return texts.join('')
}

async function read(content: Buffer, given?: string): Promise<string> {
  const whole = await inPieces(content, content.length, given)
  for (const size of [1, 3]) assert.equal(await inPieces(content, size, given), whole, `pieces of ${size}`)
  return whole
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

function utf32(text: string, littleEndian: boolean): Buffer {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  const bytes = Buffer.alloc(4 * codes.length)
  for (const [index, code] of codes.entries()) {
    if (littleEndian) bytes.writeUInt32LE(code, 4 * index)
    else bytes.writeUInt32BE(code, 4 * index)
  }
  return bytes
}

const text = `id,first,last\r\n1,Łukasz,Müller 田中 😀\r\n`
const ways: Record<string, (content: string) => Buffer> = {
  'UTF-8': (content) => Buffer.from(content),
  'UTF-16 LE': (content) => Buffer.from(content, 'utf16le'),
  'UTF-16 BE': utf16be,
  'UTF-32 LE': (content) => utf32(content, true),
  'UTF-32 BE': (content) => utf32(content, false),
}

describe('the encoding of a file', () => {
  for (const [name, encode] of Object.entries(ways)) {
    test(`${name} is known by its mark, whatever the mapping says`, async () => {
      assert.equal(await read(encode(`\ufeff${text}`)), text)
      assert.equal(await read(encode(`\ufeff${text}`), 'windows-1252'), text)
    })

    test(`${name} is known without a mark`, async () => assert.equal(await read(encode(text)), text))
  }

  test('is as the mapping says where there is no mark', async () => {
    const cases: [encoding: string, bytes: number[], text: string][] = [
      ['windows-1252', [0x80, 0x92, 0xfc, 0x81], '€’ü\x81'],
      ['ISO-8859-1', [0xfc], 'ü'],
      ['iso-8859-15', [0xa4], '€'],
      ['windows-1250', [0xa3, 0xb3], 'Łł'],
      ['windows-1251', [0xc6], 'Ж'],
      ['macintosh', [0x9f, 0xdb], 'ü€'],
      ['shift_jis', [0x93, 0x63, 0x92, 0x86], '田中'],
      ['gbk', [0xcc, 0xef], '田'],
      ['gb18030', [0xcc, 0xef], '田'],
      ['euc-kr', [0xb1, 0xe8], '김'],
      ['big5', [0xa4, 0xa4], '中'],
      ['utf-16be', [0x75, 0x30], '田'],
      ['utf-32le', [0x30, 0x75, 0, 0], '田'],
    ]
    for (const [encoding, bytes, expected] of cases) {
      assert.ok(canDecode(encoding))
      assert.equal(await read(Buffer.from(bytes), encoding), expected, encoding)
    }
    assert.ok(!canDecode('utf-9'))
  })

  test('bytes that are no text of it become a mark that no field takes', async () => {
    assert.equal(await read(Buffer.from('Müller', 'latin1')), 'M\ufffdller')
    assert.equal(await read(Buffer.from('Müll', 'utf8').subarray(0, 2)), 'M\ufffd')
    assert.equal(await read(Buffer.from([0x30, 0x72, 0]), 'utf-32le'), '\ufffd')
    assert.equal(await read(Buffer.from([0, 0xd8, 0, 0, 0, 0, 0x11, 0]), 'utf-32le'), '\ufffd\ufffd')
  })

  test('a NUL here and there makes no wide encoding', async () => {
    const content = 'id,name\n1,A\0B\n2,C\n'
    assert.equal(await read(Buffer.from(content)), content)
  })
})

describe('a file that is said to be in another encoding is UTF-8 all the same', () => {
  const check = (content: Buffer, encoding: string, size = 3) => {
    const pieces = Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
      content.subarray(index * size, (index + 1) * size),
    )
    return isUtf8(Readable.from(pieces), encoding)
  }
  const far = `id,last\r\n${'1,Lee\r\n'.repeat(20_000)}`

  test('if it has letters that only UTF-8 writes so, wherever they stand', async () => {
    for (const encoding of ['windows-1252', 'iso-8859-15', 'windows-1250', 'macintosh', 'gbk', 'shift_jis']) {
      assert.equal(await check(Buffer.from('id,last\r\n1,Müller\r\n'), encoding), true, encoding)
      assert.equal(await check(Buffer.from(`${far}2,Müller\r\n`), encoding, 64_000), true, encoding)
    }
    assert.equal(await check(Buffer.from('id,name\r\n1,田中\r\n'), 'shift_jis'), true)
    const broken = Buffer.concat([Buffer.from('Müller,'.repeat(50)), Buffer.from([0xfc])])
    assert.equal(await check(broken, 'windows-1252'), true, 'with one letter that is none')
  })

  test('and not if it is as the mapping says, has no such letters, or has a mark', async () => {
    const cases: [encoding: string, content: Buffer][] = [
      ['windows-1252', Buffer.from('Müller, Jürgen, Façade', 'latin1')],
      ['windows-1252', Buffer.concat([Buffer.from('Ann Lee'), Buffer.from([0x92])])],
      ['windows-1252', Buffer.from(far)],
      ['windows-1252', Buffer.from('\ufeffMüller')],
      ['utf-8', Buffer.from('Müller')],
      ['utf-16le', Buffer.from('Müller', 'utf16le')],
      ['utf-32le', utf32('Müller', true)],
      // Two bytes of one letter, which are a letter of UTF-8 as well.
      ['gbk', Buffer.from([0x31, 0x2c, 0xc3, 0xbc, 0x2c, 0x32])],
      ['gbk', Buffer.from([0xcc, 0xef, 0xd6, 0xd0])],
    ]
    for (const [encoding, content] of cases) assert.equal(await check(content, encoding), false, encoding)
  })
})
