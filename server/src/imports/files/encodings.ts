/*
 * Text of a file, whatever its encoding: said by the mark at its beginning, else by the mapping, else UTF-16 or
 * UTF-32 if every second byte or more is NUL, else UTF-8. Bytes that are no text of the encoding become U+FFFD,
 * which `values/text.ts` refuses.
 */

const HEAD_BYTES = 4_096
/** Longest first: the mark of UTF-32 LE begins with that of UTF-16 LE. */
const MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]
/** What people rename to .csv. */
const OTHER_FILES: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ['an Excel or other zipped file', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel file', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a gzip file', [0x1f, 0x8b]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
]
const NUL_SHARE_MIN = 0.4
const UTF_32 = new Set(['utf-32le', 'utf-32be'])

/** Whether a mapping may name this encoding. */
export function canDecode(encoding: string): boolean {
  if (UTF_32.has(encoding.toLowerCase())) return true
  try {
    return new TextDecoder(encoding) !== undefined
  } catch {
    return false
  }
}

/** What a file is if it is no text at all, by its first bytes: "a PDF". */
export function otherFile(head: Buffer): string | undefined {
  return OTHER_FILES.find(([, bytes]) => beginsWith(head, bytes))?.[0]
}

/** The file's text, piece by piece, without its mark. `refuse` gets the first bytes, and may throw. */
export async function* decoded(
  source: AsyncIterable<Buffer>,
  given: string | undefined,
  refuse: (head: Buffer) => void,
): AsyncGenerator<string> {
  let decoder: Decoder | undefined
  let head = Buffer.alloc(0)
  for await (const chunk of source) {
    if (decoder) {
      yield decoder.decode(chunk)
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < HEAD_BYTES) continue
    refuse(head)
    decoder = decoderOf(head, given)
    yield decoder.decode(head)
  }
  if (!decoder) {
    refuse(head)
    decoder = decoderOf(head, given)
    yield decoder.decode(head)
  }
  yield decoder.end()
}

/** Pieces of text that are looked at before one is sure that a file is as its mapping says. */
const FAULTS_MAX = 100
/** So many right characters for each fault, and the file is UTF-8 with faults in it. */
const RIGHT_PER_FAULT = 20
const CHARACTERS = /[\u0080-\ufffc\u{10000}-\u{10ffff}]/gu
/** What two bytes of another encoding seldom are by chance: three bytes of UTF-8, or a foreign letter beside a Latin one. */
const CERTAIN = /[\u0800-\ufffc\u{10000}-\u{10ffff}]|[a-z][\u0080-\u07ff]|[\u0080-\u07ff][a-z]/giu
const SEVERAL_BYTES = new Set(['gbk', 'gb18030', 'big5', 'euc-jp', 'iso-2022-jp', 'shift_jis', 'euc-kr'])

/**
 * Whether a file that the mapping says is in another encoding is UTF-8 after all. Bytes of other encodings hardly ever make
 * characters of it, so a few of them are enough. Stops reading once it is sure that it is not.
 */
export async function isUtf8(source: AsyncIterable<Buffer>, given: string): Promise<boolean> {
  if (isUnicode(given)) return false
  const sign = SEVERAL_BYTES.has(new TextDecoder(given).encoding) ? CERTAIN : CHARACTERS
  const decoder = new StreamDecoder('utf-8')
  let [right, faults] = [0, 0]
  const count = (text: string) => {
    right += text.match(sign)?.length ?? 0
    faults += text.match(/\ufffd/g)?.length ?? 0
  }
  let isFirst = true
  for await (const chunk of source) {
    if (isFirst && MARKS.some(([, bytes]) => beginsWith(chunk, bytes))) return false
    isFirst = false
    count(decoder.decode(chunk))
    if (faults > FAULTS_MAX && right < faults * RIGHT_PER_FAULT) return false
  }
  count(decoder.end())
  return right > 0 && right >= faults * RIGHT_PER_FAULT
}

function isUnicode(encoding: string): boolean {
  const name = encoding.toLowerCase()
  return UTF_32.has(name) || new TextDecoder(name).encoding.startsWith('utf-')
}

function beginsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte)
}

function decoderOf(head: Buffer, given: string | undefined): Decoder {
  const encoding = MARKS.find(([, bytes]) => beginsWith(head, bytes))?.[0] ?? given?.toLowerCase()
  const found = encoding ?? byNuls(head.subarray(0, HEAD_BYTES)) ?? 'utf-8'
  return UTF_32.has(found) ? new Utf32Decoder(found === 'utf-32le') : new StreamDecoder(found)
}

/** Wide encodings without a mark: most text has NULs at the same place of each of their units. */
function byNuls(head: Buffer): string | undefined {
  const nuls = [0, 0, 0, 0]
  for (const [index, byte] of head.entries()) if (byte === 0) nuls[index % 4] = (nuls[index % 4] ?? 0) + 1
  const units = head.length / 4
  const pattern = nuls.map((count) => (units > 0 && count / units >= NUL_SHARE_MIN ? '0' : 'x')).join('')
  switch (pattern) {
    case 'x0x0':
      return 'utf-16le'
    case '0x0x':
      return 'utf-16be'
    case 'x000':
      return 'utf-32le'
    case '000x':
      return 'utf-32be'
    default:
      return undefined
  }
}

interface Decoder {
  decode: (chunk: Buffer) => string
  /** What an unfinished character at the end becomes. */
  end: () => string
}

class StreamDecoder implements Decoder {
  readonly #decoder: TextDecoder

  constructor(encoding: string) {
    this.#decoder = new TextDecoder(encoding)
  }

  decode(chunk: Buffer): string {
    return this.#decoder.decode(chunk, { stream: true })
  }

  end(): string {
    return this.#decoder.decode()
  }
}

const BYTES_OF_UTF_32 = 4
const CODE_POINT_MAX = 0x10ffff
const REPLACEMENT = '\ufffd'

/** No TextDecoder knows UTF-32. */
class Utf32Decoder implements Decoder {
  readonly #littleEndian: boolean
  #rest = Buffer.alloc(0)
  #begun = false

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian
  }

  decode(chunk: Buffer): string {
    const bytes = Buffer.concat([this.#rest, chunk])
    const whole = bytes.length - (bytes.length % BYTES_OF_UTF_32)
    let text = ''
    for (let at = 0; at < whole; at += BYTES_OF_UTF_32) {
      const code = this.#littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
      const isText = code <= CODE_POINT_MAX && !(code >= 0xd800 && code <= 0xdfff)
      text += isText ? String.fromCodePoint(code) : REPLACEMENT
    }
    this.#rest = bytes.subarray(whole)
    const unmarked = !this.#begun && text.startsWith('\ufeff') ? text.slice(1) : text
    this.#begun ||= text !== ''
    return unmarked
  }

  end(): string {
    return this.#rest.length > 0 ? REPLACEMENT : ''
  }
}
