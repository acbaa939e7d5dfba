declare module 'fontkit' {
  interface Font {
    /** The code points that it has. */
    characterSet: number[]
  }
  export function create(font: Buffer): Font
}

declare module 'subset-font' {
  /** Cuts a font down to the characters of a text, and a variable one to one of its instances. */
  export default function subsetFont(
    font: Buffer,
    text: string,
    options: { targetFormat: 'truetype'; variationAxes: Record<string, number> },
  ): Promise<Buffer>
}

declare module 'bidi-js' {
  interface Bidi {
    getEmbeddingLevels(text: string, direction?: 'ltr' | 'rtl'): { levels: Uint8Array }
  }
  export default function bidiFactory(): Bidi
}
