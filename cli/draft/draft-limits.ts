/** Bounds of what is read from a draft. */
export const DRAFT_BYTES_MAX = 33_554_432
/** Of the sealed capture after decompression. */
export const CAPTURE_BYTES_MAX = 25_165_824
